using OmgLlava.Alignment;
using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>Turns a question about a picture into what the language model reads.</summary>
internal sealed class QuestionEmbedder(OmgLlavaModel model, PerceivedImage image)
{
    /// <summary>Maps box prompts as the published demo does; only for comparisons with it.</summary>
    public bool BoxesAsPublished { get; init; }

    /// <summary>Embeds what a question adds to the conversation.</summary>
    /// <param name="text">The question, with a placeholder for each prompt.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="isFirst">Whether it opens the conversation, with the picture.</param>
    /// <param name="unfed">The last token of the answer before, which the model has chosen but not read.</param>
    /// <returns>(1, T, D), to be disposed.</returns>
    public Tensor Embed(string text, IReadOnlyList<VisualPrompt> prompts, bool isFirst = true, int? unfed = null)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        ChatTemplate template = model.Config.Template;
        IReadOnlyList<int> ids = isFirst ? template.FirstTurn(model.Tokenizer, text) : template.NextTurn(model.Tokenizer, text);
        Tensor? tokens = prompts.Count == 0 ? null : model.EncodePrompts(image, prompts, BoxesAsPublished);
        // Later turns splice prompts into a text without an image: the image stands in the cache, so here it has no tokens.
        Tensor picture = isFirst ? image.Tokens.Images[0] : image.Tokens.Images[0].narrow(0, 0, 0);
        long[] row = [.. isFirst ? [] : (long[])[PromptPlaceholders.ImageId], .. ids.Select(id => (long)id)];
        var visual = new VisualEmbeddings([picture], Rows(tokens, text, ChatTemplate.RegionPlaceholder), Rows(tokens, text, ChatTemplate.MarkPlaceholder));
        Tensor embeddings = model.Splicer.Splice(new PromptTokens(tensor(row).unsqueeze(0)), visual).Embeddings;
        if (unfed is { } last)
        {
            Tensor ending = model.Language.Embed(tensor(new long[] { last }, device: embeddings.device).unsqueeze(0)).to(embeddings.device);
            embeddings = cat([ending, embeddings], dim: 1);
        }

        return embeddings.DetachFromDisposeScope();
    }

    /// <summary>The rows of the prompts whose placeholder is of a kind, in their order; null for none.</summary>
    private static Tensor? Rows(Tensor? tokens, string text, string placeholder)
    {
        long[] rows = [.. PromptText.InOrder(text).Index().Where(p => p.Item == placeholder).Select(p => (long)p.Index)];
        return tokens is null || rows.Length == 0 ? null : tokens.index_select(0, tensor(rows, device: tokens.device));
    }
}
