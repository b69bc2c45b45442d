using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>
/// Everything that the model knows of a picture, and all that later steps need: answers, visual prompts, [SEG] masks and the
/// segmentation results are made
/// from it alone. Immutable, so that it can serve many chats at once.
/// </summary>
/// <param name="Size">Height and width of the model's input.</param>
/// <param name="Memory">What masks are decoded from.</param>
/// <param name="ClassLogits">(Q, K + 1): the last one, of the void class, is 0.</param>
/// <param name="MaskLogits">(Q, h, w): masks of the object queries, a quarter or half of the input's sides.</param>
/// <param name="Tokens">(T, D): what the language model reads: pixel tokens, the separator, one token for each object that owns
/// a cell.</param>
/// <param name="PixelTokens">How many of the tokens are pixel tokens.</param>
internal sealed record SeenImage(
    (int Height, int Width) Size,
    IVisionMemory Memory,
    Tensor ClassLogits,
    Tensor MaskLogits,
    Tensor Tokens,
    int PixelTokens
) : IDisposable
{
    /// <summary>Bytes of memory.</summary>
    public long ByteCount => Memory.ByteCount + (sizeof(float) * (ClassLogits.Count + MaskLogits.Count + Tokens.Count));

    public void Dispose()
    {
        Memory.Dispose();
        ClassLogits.Dispose();
        MaskLogits.Dispose();
        Tokens.Dispose();
    }
}
