namespace OmgLlava.Tests.Cli;

/// <summary>What the program is started in: closed streams, a limit of the address space.</summary>
public class SurroundingsTests
{
    private static readonly string Picture = Path.Combine(Repository.Root, "samples", "scenes", "images", "000006.png");

    [Theory]
    [InlineData("exec 2>&-", 0, "The strawberry.")]
    [InlineData("exec >&-", 0, "")]
    [InlineData("exec 0<&- 2>&-", 0, "The strawberry.")]
    [InlineData("exec 0<&- >&- 2>&-", 0, "")]
    public async Task A_closed_stream_is_like_none(string closing, int code, string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "streams are closed as on Linux");
        ProgramRun run = await ProgramRun.StartAsync(["segment", Picture, "the strawberry"], shell: closing);
        Assert.Equal((code, output), (run.Code, run.Output.Trim()));
    }

    [Fact]
    public async Task A_picture_from_a_closed_stream_is_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "streams are closed as on Linux");
        ProgramRun run = await ProgramRun.StartAsync(["segment", "-", "the strawberry"], shell: "exec 0<&-");
        Assert.Equal(1, run.Code);
        Assert.Contains("Standard input is empty", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segment")]
    [InlineData("ground")]
    public async Task Nano_answers_in_two_gigabytes_of_address_space(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the address space as Linux does");
        string[] words = command == "segment" ? ["the strawberry"] : [];
        ProgramRun run = await ProgramRun.StartAsync([command, Picture, .. words], shell: "ulimit -c 0; ulimit -v 2000000");
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("strawberry", run.Output, StringComparison.OrdinalIgnoreCase);
    }
}
