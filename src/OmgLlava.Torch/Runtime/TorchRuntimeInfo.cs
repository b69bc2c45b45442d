namespace OmgLlava.Torch.Runtime;

/// <summary>Where the native libraries of this process came from.</summary>
/// <param name="Folder">Folder that holds libtorch.</param>
/// <param name="ForeignVersion">Version of the PyTorch installation in use, or null when the package's libtorch is used
/// (or the installation does not say).</param>
/// <param name="Patched">Whether TorchSharp's native library had to be adapted to an older C++ runtime.</param>
/// <param name="TorchSharpTarget">The libtorch version that TorchSharp was built against.</param>
internal sealed record TorchRuntimeInfo(string Folder, string? ForeignVersion, bool Patched, string TorchSharpTarget);
