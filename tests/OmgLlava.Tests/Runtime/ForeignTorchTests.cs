using OmgLlava.Tests.Cli;
using OmgLlava.Torch.Runtime;

namespace OmgLlava.Tests.Runtime;

/// <summary>Another PyTorch in place of the package's libtorch; each start needs a process of its own.</summary>
public class ForeignTorchTests
{
    [Fact]
    public void A_folder_without_libtorch_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "holds no libtorch_cpu.so",
            Assert.Throws<OmgLlavaException>(() => ForeignTorch.Check(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("__version__ = '2.10.0+cu128'", "2.10.0+cu128")]
    [InlineData("__all__ = []", null)]
    public void The_version_of_an_installation_is_read(string text, string? version)
    {
        using TemporaryFolder folder = Installation(text);
        Assert.Equal(version, ForeignTorch.Check(folder["lib"]));
    }

    [Theory]
    [InlineData("2.9.1")]
    [InlineData("2.100.0")]
    public void Another_version_is_refused_by_name(string version)
    {
        using TemporaryFolder folder = Installation($"__version__ = '{version}'");
        string message = Assert.Throws<OmgLlavaException>(() => ForeignTorch.Check(folder["lib"])).Message;
        Assert.Contains($"names PyTorch {version}, but TorchSharp is built against 2.10", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_computes_with_the_libtorch_that_the_variable_names()
    {
        string native = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        using var folder = new TemporaryFolder();
        foreach (string library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            File.CreateSymbolicLink(folder[library], Path.Combine(native, library));
        }

        foreach (string file in Directory.EnumerateFiles(native, "libgomp*"))
        {
            File.CreateSymbolicLink(folder[Path.GetFileName(file)], file);
        }

        ProgramRun run = await ProgramRun.StartAsync(["new", "--preset", "tiny", "--out", folder["tiny"]], libtorch: folder.Path);
        Assert.True(run.Code == 0, run.Errors);
        run = await ProgramRun.StartAsync(
            ["caption", TinyModel.PicturePath, "--model", folder["tiny"], "--max-new-tokens", "3", "--engine", "torch"],
            libtorch: folder.Path
        );
        Assert.True(run.Code == 0, run.Errors);
    }

    [Fact]
    public async Task A_wrong_variable_is_one_clear_sentence()
    {
        ProgramRun run = await ProgramRun.StartAsync(["doctor"], libtorch: "/nowhere");
        Assert.Equal(1, run.Code);
        run = await ProgramRun.StartAsync(["caption", TinyModel.PicturePath, "--engine", "torch"], libtorch: "/nowhere");
        Assert.Equal(1, run.Code);
        Assert.Contains("OMG_LIBTORCH names '/nowhere', which holds no libtorch_cpu.so", run.Errors, StringComparison.Ordinal);
    }

    private static TemporaryFolder Installation(string versionFile)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["lib"]);
        File.WriteAllText(folder["lib/libtorch_cpu.so"], "");
        File.WriteAllText(folder["version.py"], versionFile + "\n");
        return folder;
    }
}
