namespace OmgLlava.Tests.Data;

/// <summary>The tiny data sets that lie beside the tests, each in its published layout, and copies of them to be
/// damaged.</summary>
internal static class Fixture
{
    public static string Folder(string name) => Path.Combine(Repository.Tests, "data-fixtures", name);

    /// <summary>Copies a data set.</summary>
    public static void Copy(TemporaryFolder target, string name)
    {
        foreach (string from in Directory.EnumerateFiles(Folder(name), "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(target.Path, Path.GetRelativePath(Folder(name), from));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }
    }

    /// <summary>Copies a data set and replaces a text in one of its files.</summary>
    /// <returns>The copy's folder.</returns>
    public static string Damage(TemporaryFolder target, string name, string file, string text, string replacement)
    {
        Copy(target, name);
        string content = File.ReadAllText(target[file]);
        int at = content.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} does not hold {text}");
        File.WriteAllText(target[file], content[..at] + replacement + content[(at + text.Length)..]);
        return target.Path;
    }
}
