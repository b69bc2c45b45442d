using OmgLlava.Engine;

namespace OmgLlava.Tests.Language.Cpu;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Every_chunk_is_done_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        int[] done = new int[500];
        for (int round = 0; round < 200; round++)
        {
            team.Run(round, chunk => Interlocked.Increment(ref done[chunk]));
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(chunk => Math.Max(0, 199 - chunk)), done);
    }

    [Fact]
    public void What_a_chunk_throws_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new ThreadTeam(3);
        Assert.Throws<InvalidOperationException>(() =>
            team.Run(
                50,
                chunk =>
                {
                    if (chunk == 20)
                    {
                        throw new InvalidOperationException();
                    }
                }
            )
        );
        int count = 0;
        team.Run(50, _ => Interlocked.Increment(ref count));
        Assert.Equal(50, count);
    }

    [Fact]
    public void Cancelling_leaves_the_rest_undone()
    {
        using var team = new ThreadTeam(2);
        using var source = new CancellationTokenSource();
        int count = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
            team.Run(
                10_000,
                _ =>
                {
                    if (Interlocked.Increment(ref count) == 10)
                    {
                        source.Cancel();
                    }
                },
                source.Token
            )
        );
        Assert.InRange(count, 10, 100);
    }

    /// <summary>More threads than cores: workers that come to run only after many steps must not find all those steps' wake-ups
    /// waiting.</summary>
    [Fact]
    public async Task A_team_that_was_kept_from_running_sleeps_all_the_same()
    {
        using var team = new ThreadTeam(8, "idle-test");
        for (int round = 0; round < 20_000; round++)
        {
            team.Run(3, _ => { });
        }

        await Task.Delay(200);
        long before = Ticks();
        await Task.Delay(1000);
        Assert.InRange(Ticks() - before, 0, 3); // of 100 in a second
    }

    /// <summary>Hundredths of a second that the workers of the team have run.</summary>
    private static long Ticks() =>
        Directory
            .EnumerateDirectories("/proc/self/task")
            .Where(task => File.ReadAllText(Path.Combine(task, "comm")).StartsWith("idle-test", StringComparison.Ordinal))
            .Sum(task => File.ReadAllText(Path.Combine(task, "stat")).Split(") ")[1].Split(' ')[11..13].Sum(long.Parse));
}
