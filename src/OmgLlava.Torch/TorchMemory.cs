using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Perception;
using OmgLlava.Vision;

namespace OmgLlava.Torch;

/// <summary>What TorchSharp's modules found in a picture, where they computed it.</summary>
internal sealed record TorchMemory(TorchPerception Perception, VisualTokens Tokens) : IVisionMemory
{
    public long ByteCount => Perception.Tensors().Append(Tokens.Pixels).Sum(tensor => tensor.numel() * tensor.element_size());

    public void Dispose()
    {
        Perception.Dispose();
        Tokens.Dispose();
    }
}
