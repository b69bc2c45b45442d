using OmgLlava.Torch.Runtime;

namespace OmgLlava.Tests.Runtime;

public class SymbolVersionPatchTests
{
    private static readonly string Library = Path.Combine(
        AppContext.BaseDirectory,
        "runtimes",
        "linux-x64",
        "native",
        "libLibTorchSharp.so"
    );

    [Fact]
    public void One_flag_of_one_entry_is_set_and_setting_it_again_changes_nothing()
    {
        byte[] original = File.ReadAllBytes(Library);
        byte[] patched = [.. original];
        Assert.True(SymbolVersionPatch.MarkWeak(patched, "GLIBCXX_3.4.32"));
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i])];
        Assert.Single(changed);
        Assert.Equal(original[changed[0]] | 2, patched[changed[0]]);
        byte[] twice = [.. patched];
        Assert.True(SymbolVersionPatch.MarkWeak(twice, "GLIBCXX_3.4.32"));
        Assert.Equal(patched, twice);
    }

    [Fact]
    public void A_version_that_is_not_asked_for_is_not_found() =>
        Assert.False(SymbolVersionPatch.MarkWeak(File.ReadAllBytes(Library), "GLIBCXX_9.9.99"));

    [Fact]
    public void The_copy_is_written_once()
    {
        string first = SymbolVersionPatch.Apply(Library, "GLIBCXX_3.4.32");
        DateTime written = File.GetLastWriteTimeUtc(first);
        Assert.Equal(first, SymbolVersionPatch.Apply(Library, "GLIBCXX_3.4.32"));
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
    }

    [Fact]
    public void What_is_no_library_is_refused()
    {
        Assert.Throws<OmgLlavaException>(() => SymbolVersionPatch.MarkWeak(new byte[100], "GLIBCXX_3.4.32"));
        Assert.Throws<OmgLlavaException>(() => SymbolVersionPatch.Apply("/nowhere/lib.so", "GLIBCXX_3.4.32"));
    }
}
