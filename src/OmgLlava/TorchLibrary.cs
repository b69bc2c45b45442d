namespace OmgLlava;

/// <summary>Finds OmgLlava.Torch.dll. Nothing else of this library knows that libtorch exists.</summary>
internal static class TorchLibrary
{
    private static readonly Lazy<ITorchLibrary?> Library = new(Load);

    /// <summary>The library; null where it is not installed.</summary>
    public static ITorchLibrary? Installed => Library.Value;

    /// <summary>The library, which something cannot do without.</summary>
    /// <param name="what">That thing, as the beginning of a sentence.</param>
    /// <exception cref="OmgLlavaException">It is not installed.</exception>
    public static ITorchLibrary Require(string what) =>
        Installed
        ?? throw new OmgLlavaException(
            $"{what} needs libtorch, which this program comes without: run the same command with "
                + $"'omg-llava-train', or add the package OmgLlava.Torch to your own program."
        );

    /// <summary>Refuses what is no device's name, whether or not the library is there.</summary>
    /// <exception cref="OmgLlavaException">It is none.</exception>
    public static void RequireDevice(string name)
    {
        bool known =
            name is "cpu" or "cuda"
            || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out int index) && index >= 0);
        if (!known)
        {
            throw new OmgLlavaException($"Unknown device '{name}'; use 'cpu', 'cuda' or 'cuda:N'.");
        }
    }

    private static ITorchLibrary? Load() =>
        Type.GetType("OmgLlava.Torch.TorchExecutor, OmgLlava.Torch", throwOnError: false) is { } type
            ? (ITorchLibrary?)Activator.CreateInstance(type)
            : null;
}
