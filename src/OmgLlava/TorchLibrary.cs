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

    private static ITorchLibrary? Load() =>
        Type.GetType("OmgLlava.Torch.TorchExecutor, OmgLlava.Torch", throwOnError: false) is { } type
            ? (ITorchLibrary?)Activator.CreateInstance(type)
            : null;
}
