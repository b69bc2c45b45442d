using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>
/// Lets an object's token begin as the words of its class and its colours: what each adds to a token is drawn from the
/// embeddings of the words of its name. From random weights a small language model finds nothing in visual tokens that it could
/// copy, and goes on guessing by the kind of picture for hundreds of steps.
/// </summary>
internal static class ClassWords
{
    /// <summary>Root mean square of what a class adds: more than what fresh layers give beside it.</summary>
    private const double Size = 1;

    /// <summary>Fills <c>class_words</c> of the visual projector, of objects and, where these have layers of their own, of
    /// prompts.</summary>
    /// <param name="network">Its words are read.</param>
    /// <param name="tokenizer">Cuts the classes' names into tokens.</param>
    /// <exception cref="OmgLlavaException">The model's classes have no names.</exception>
    public static void Fill(OmgLlavaNetwork network, Tokenizer tokenizer)
    {
        AlignmentConfig alignment = network.Config.Alignment;
        IReadOnlyList<string> classes =
            alignment.ClassScores == 0 ? []
            : network.Config.Classes ?? throw new OmgLlavaException("The model is to tell classes, but they have no names.");
        string[] names = [.. classes, .. ColorNames.All.Take(alignment.ColorScores)];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor words = stack(names.Select(name => Word(network, tokenizer, name))); // (K, D)
        words = words.sub(words.mean([0L]));
        words = words.div(words.mul(words).mean([1L], keepdim: true).sqrt()).Mul(Size);
        foreach ((string name, Tensor weight) in network.Tensors())
        {
            if (name.EndsWith(".class_words.weight", StringComparison.Ordinal))
            {
                weight.copy_(words.t());
            }
        }
    }

    /// <summary>(D): the mean of the embeddings of a name's tokens.</summary>
    private static Tensor Word(OmgLlavaNetwork network, Tokenizer tokenizer, string name) =>
        network.Language.Embed(tensor([.. tokenizer.Encode(name).Select(id => (long)id)])).to(float32).mean([0L]);
}
