using System.Text.RegularExpressions;

namespace OmgLlava.Torch.Runtime;

/// <summary>Checks the PyTorch installation that <see cref="TorchRuntime.LibTorchVariable"/> names.</summary>
internal static partial class ForeignTorch
{
    /// <summary>
    /// Returns the version that the installation's <c>version.py</c> states, or null when there is none beside its
    /// <c>lib</c> folder.
    /// </summary>
    /// <exception cref="OmgLlavaException">The folder holds no libtorch, or one of another version.</exception>
    public static string? Check(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
        {
            throw new OmgLlavaException(
                $"{TorchRuntime.LibTorchVariable} names '{folder}', which holds no libtorch_cpu.so; give the 'lib' folder "
                    + $"inside the 'torch' package."
            );
        }

        string versionFile = Path.Combine(folder, "..", "version.py");
        if (!File.Exists(versionFile))
        {
            return null;
        }

        Match match = VersionLine().Match(File.ReadAllText(versionFile));
        string? version = match.Success ? match.Groups[1].Value : null;
        if (version is not null && !version.StartsWith(TorchRuntime.ExpectedTorchVersion + ".", StringComparison.Ordinal))
        {
            throw new OmgLlavaException(
                $"{TorchRuntime.LibTorchVariable} names PyTorch {version}, but TorchSharp is built against "
                    + $"{TorchRuntime.ExpectedTorchVersion}; install that version or unset the variable."
            );
        }

        return version;
    }

    [GeneratedRegex("""__version__\s*=\s*['"]([^'"]+)['"]""")]
    private static partial Regex VersionLine();
}
