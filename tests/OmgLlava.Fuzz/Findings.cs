using System.Security.Cryptography;

namespace OmgLlava.Fuzz;

/// <summary>Inputs that broke something, one file each beside a text that says what happened; the same fault is kept
/// once.</summary>
/// <param name="folder">Where they go.</param>
internal sealed class Findings(string folder)
{
    private readonly HashSet<string> _known = [];

    /// <summary>Writes a finding down unless one of the same kind is there.</summary>
    /// <param name="target">What was reading.</param>
    /// <param name="kind">What tells this fault from others: an exception with the place that threw it, "hang", "memory",
    /// "crash".</param>
    /// <param name="input">The input.</param>
    /// <param name="story">What a reader wants to know.</param>
    public void Add(string target, string kind, byte[] input, string story)
    {
        if (!_known.Add(kind))
        {
            return;
        }

        string name = $"{target}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}";
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name + ".bin"), input);
        File.WriteAllText(Path.Combine(folder, name + ".txt"), $"{kind}\n{story}\n");
    }
}
