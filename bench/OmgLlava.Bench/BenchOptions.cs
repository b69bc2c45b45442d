using System.Globalization;

namespace OmgLlava.Bench;

/// <summary><c>--name value</c> pairs.</summary>
internal sealed class BenchOptions(string[] arguments)
{
    public int Number(string name, int otherwise) =>
        Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public string? Text(string name)
    {
        int at = Array.IndexOf(arguments, $"--{name}");
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
