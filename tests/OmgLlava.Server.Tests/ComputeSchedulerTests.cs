using OmgLlava.Serving;

namespace OmgLlava.Tests.Server;

/// <summary>The processor is shared step by step.</summary>
public class ComputeSchedulerTests
{
    [Fact]
    public async Task A_short_job_is_not_stuck_behind_a_long_one()
    {
        using var scheduler = new ComputeScheduler();
        int done = 0;
        var quick = new TaskCompletionSource<int>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(async number =>
                {
                    ComputeJob many = scheduler.StartJob();
                    for (int step = 0; step < 100; step++)
                    {
                        await many.RunAsync(() =>
                        {
                            Spin(1);
                            if (++done == 250)
                            {
                                // In the middle of five long jobs comes a short one.
                                _ = scheduler.StartJob().RunAsync(() => quick.TrySetResult(done));
                            }

                            return done;
                        });
                    }
                })
        );
        Assert.Equal(500, done);
        Assert.InRange(await quick.Task, 250, 256); // after each of the others once, at most
    }

    [Fact]
    public async Task Jobs_that_take_turns_get_equal_time()
    {
        using var scheduler = new ComputeScheduler();
        var counts = new int[2];
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(async which =>
                {
                    ComputeJob job = scheduler.StartJob();
                    while (!stop.IsCancellationRequested)
                    {
                        // One has steps of four times the length: it must get a quarter as many.
                        await job.RunAsync(() =>
                        {
                            Spin(which == 0 ? 2 : 8);
                            return ++counts[which];
                        });
                    }
                })
        );
        Assert.InRange((double)counts[0] / counts[1], 1.0, 6.0);
    }

    [Fact]
    public async Task An_owner_with_many_jobs_takes_nothing_from_one_with_few()
    {
        using var scheduler = new ComputeScheduler();
        using var gate = new ManualResetEventSlim();
        int flooded = 0;
        Task blocking = scheduler
            .StartJob("flood")
            .RunAsync(() =>
            {
                gate.Wait();
                return 0;
            });
        Task[] flood =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(_ =>
                    scheduler
                        .StartJob("flood")
                        .RunAsync(() =>
                        {
                            Spin(2);
                            return Interlocked.Increment(ref flooded);
                        })
                ),
        ];
        ComputeJob few = scheduler.StartJob("few");
        Task<int>[] steps =
        [
            .. Enumerable
                .Range(0, 10)
                .Select(_ =>
                    few.RunAsync(() =>
                    {
                        Spin(2);
                        return flooded;
                    })
                ),
        ];
        gate.Set();
        // Taking turns by time used, the last of ten comes when the other has had about ten; among 201 equal jobs it would come
        // last.
        Assert.InRange((await Task.WhenAll(steps))[^1], 0, 100);
        await Task.WhenAll([blocking, .. flood]);
    }

    /// <summary>Two workers, and an owner whose steps do not end: another one's do not wait for them.</summary>
    [Fact]
    public async Task While_others_ask_no_owner_has_all_workers()
    {
        using var scheduler = new ComputeScheduler(workers: 2, prepare: null, presence: TimeSpan.FromHours(1));
        using var gate = new ManualResetEventSlim();
        Assert.Equal(1, await scheduler.StartJob("few").RunAsync(() => 1));
        Task<bool>[] flood =
        [
            .. Enumerable.Range(0, 4).Select(_ => scheduler.StartJob("flood").RunAsync(() => gate.Wait(TimeSpan.FromMinutes(1)))),
        ];
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(2, await scheduler.StartJob("few").RunAsync(() => 2));
        }

        Assert.DoesNotContain(flood, step => step.IsCompleted);
        gate.Set();
        Assert.All(await Task.WhenAll(flood), Assert.True);
    }

    [Fact]
    public async Task When_the_others_have_gone_an_owner_has_all_workers_again()
    {
        using var scheduler = new ComputeScheduler(workers: 2, prepare: null, presence: TimeSpan.FromMilliseconds(20));
        using var both = new Barrier(2); // passed only by two steps that run at once
        Assert.Equal(1, await scheduler.StartJob("few").RunAsync(() => 1));
        Task<bool>[] flood =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(_ => scheduler.StartJob("flood").RunAsync(() => both.SignalAndWait(TimeSpan.FromMinutes(1)))),
        ];
        Assert.All(await Task.WhenAll(flood), Assert.True);
    }

    [Fact]
    public async Task A_step_that_waits_is_given_up_at_once_and_one_that_has_begun_is_awaited()
    {
        using var scheduler = new ComputeScheduler();
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        Task<int> begun = scheduler
            .StartJob()
            .RunAsync(
                () =>
                {
                    gate.Wait();
                    return 7;
                },
                stop.Token
            );
        Task<int> waiting = scheduler.StartJob().RunAsync(() => 8, stop.Token);
        while (scheduler.Waiting > 1)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(begun.IsCompleted);
        gate.Set();
        Assert.Equal(7, await begun);
    }

    [Fact]
    public async Task Errors_come_to_those_who_asked_and_the_worker_goes_on()
    {
        using var scheduler = new ComputeScheduler();
        ComputeJob job = scheduler.StartJob();
        await Assert.ThrowsAsync<OmgLlavaException>(() => job.RunAsync<int>(() => throw new OmgLlavaException("no")));
        Assert.Equal(3, await job.RunAsync(() => 3));
    }

    [Fact]
    public async Task After_its_end_nothing_waits_for_ever()
    {
        var scheduler = new ComputeScheduler();
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        Task<int> begun = scheduler
            .StartJob()
            .RunAsync(() =>
            {
                running.Set();
                gate.Wait();
                return 1;
            });
        Task<int> waiting = scheduler.StartJob().RunAsync(() => 2);
        running.Wait();
        Task ending = Task.Run(scheduler.Dispose);
        gate.Set();
        await ending;
        Assert.Equal(1, await begun);
        Assert.True(waiting.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scheduler.StartJob().RunAsync(() => 3));
    }

    private static void Spin(int milliseconds)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < milliseconds)
        {
            Thread.SpinWait(100);
        }
    }
}
