using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Contrast;

/// <summary>
/// The loss of CLIP: each picture shall find its word among those of the batch and each word its picture. Pictures and words of
/// one class all belong together, so that two cats in a batch are no contradiction.
/// </summary>
internal static class ContrastiveLoss
{
    /// <summary>Computes the loss.</summary>
    /// <param name="pictures">(B, E), unit length.</param>
    /// <param name="words">(B, E), unit length.</param>
    /// <param name="classes">The class of each pair.</param>
    /// <param name="scale">A scalar that cosines are multiplied with.</param>
    /// <returns>The loss, a scalar, and the share of pictures whose nearest word is of their class.</returns>
    public static (Tensor Loss, double Accuracy) Compute(Tensor pictures, Tensor words, IReadOnlyList<int> classes, Tensor scale)
    {
        using var scope = NewDisposeScope();
        Tensor ids = tensor([.. classes.Select(c => (long)c)], device: pictures.device);
        Tensor same = ids.unsqueeze(0).eq(ids.unsqueeze(1)).to(float32); // (B, B)
        Tensor target = same.div(same.sum(1, keepdim: true));
        Tensor logits = pictures.matmul(words.t()).mul(scale).to(float32);
        Tensor forPictures = target.mul(logits.log_softmax(1)).sum(1).mean();
        Tensor forWords = target.mul(logits.t().log_softmax(1)).sum(1).mean();
        double accuracy = same.gather(1, logits.argmax(1, keepdim: true)).mean().item<float>();
        return (forPictures.Add(forWords).Mul(-0.5).MoveToOuterDisposeScope(), accuracy);
    }
}
