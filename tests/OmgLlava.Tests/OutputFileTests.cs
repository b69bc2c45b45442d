using System.Diagnostics;
using System.Runtime.Versioning;
using OmgLlava.Files;

namespace OmgLlava.Tests;

/// <summary>Nothing is destroyed by writing.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Links_are_followed_and_permissions_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "permissions and links of Unix");
        string real = _folder.Write("real.json", "old"u8.ToArray());
        File.SetUnixFileMode(real, OutputFile.Private);
        File.CreateSymbolicLink(_folder["link.json"], real);
        OutputFile.Write(_folder["link.json"], "new"u8);
        Assert.Equal(real, new FileInfo(_folder["link.json"]).LinkTarget);
        Assert.Equal("new", File.ReadAllText(real));
        Assert.Equal(OutputFile.Private, File.GetUnixFileMode(real));
        OutputFile.Write(_folder["private.json"], "x"u8, OutputFile.Private);
        Assert.Equal(OutputFile.Private, File.GetUnixFileMode(_folder["private.json"]));
        File.CreateSymbolicLink(_folder["dangling"], _folder["target"]);
        OutputFile.Write(_folder["dangling"], "x"u8);
        Assert.Equal("x", File.ReadAllText(_folder["target"]));
        Assert.Equal(5, Directory.EnumerateFiles(_folder.Path).Count());
    }

    [Fact]
    public async Task Devices_and_pipes_are_written_through()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "devices of Linux");
        OutputFile.Write("/dev/null", "x"u8);
        Assert.Equal(FileKind.Special, FileStatus.Of("/dev/null").Kind);
        Assert.Contains(
            "cannot be written",
            Assert.Throws<OmgLlavaException>(() => OutputFile.Write("/dev/full", "x"u8)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(FileKind.Special, FileStatus.Of("/dev/full").Kind);
        string pipe = _folder["pipe"];
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<string> read = Task.Run(() => File.ReadAllText(pipe)); // opening waits for the other end
        OutputFile.Write(pipe, "through"u8);
        Assert.Equal("through", await read);
        Assert.Equal(FileKind.Special, FileStatus.Of(pipe).Kind);
    }

    [Fact]
    public void What_cannot_be_written_is_known_before_and_named()
    {
        Assert.Contains("is a folder", Message(() => OutputFile.Check(_folder.Path)), StringComparison.Ordinal);
        Assert.Contains("does not exist", Message(() => OutputFile.Check(_folder["no/where.json"])), StringComparison.Ordinal);
        Assert.Contains("no name", Message(() => OutputFile.Check("")), StringComparison.Ordinal);
        OutputFile.Check(_folder["fine.json"]);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
        Assert.Contains("is a folder", Message(() => OutputFile.Write(_folder.Path, "x"u8)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_the_same_by_every_name()
    {
        string file = _folder.Write("a.png", [1]);
        _folder.Write("b.png", [1]);
        Assert.True(OutputFile.IsSame(file, Path.Combine(_folder.Path, ".", "a.png")));
        Assert.False(OutputFile.IsSame(file, _folder["b.png"]));
        Assert.True(OutputFile.IsSame(_folder["new.png"], Path.Combine(_folder.Path, ".", "new.png")));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links of Unix");
        File.CreateSymbolicLink(_folder["link.png"], file);
        Assert.True(OutputFile.IsSame(file, _folder["link.png"]));
    }

    public void Dispose() => _folder.Dispose();

    private static string Message(Action action) => Assert.Throws<OmgLlavaException>(action).Message;
}
