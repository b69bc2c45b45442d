using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>A name under which other modules are registered, without a computation of its own.</summary>
internal sealed class Group() : nn.Module(nameof(Group));
