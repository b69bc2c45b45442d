using OmgLlava.Engine;
using OmgLlava.Language;

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
        ChatTemplate template = model.Config.Template;
        IReadOnlyList<int> ids = isFirst ? template.FirstTurn(model.Tokenizer, text) : template.NextTurn(model.Tokenizer, text);
        int[] row = unfed is { } last ? [last, .. ids] : [.. ids];
        ContextRoom.RequireTokens(model, row.Length);
        using Tensor? tokens = prompts.Count == 0 ? null : model.EncodePrompts(image, prompts, BoxesAsPublished);
        return Splice(row, tokens);
    }

    /// <summary>
    /// Puts visual tokens in the place of placeholders: the picture's at its own, and one for each prompt, in their order. Later
    /// turns have no picture; it stands in the cache.
    /// </summary>
    private Tensor Splice(int[] ids, Tensor? prompts)
    {
        (int region, int mark) = (
            model.Tokenizer.Id(ChatTemplate.RegionPlaceholder),
            model.Tokenizer.Id(ChatTemplate.MarkPlaceholder)
        );
        using Tensor text = model.Language.Embed([.. ids.Where(id => !IsPlaceholder(id))]);
        Tensor picture = image.Seen.Tokens;
        int length = text.Rows + ids.Count(IsPrompt) + (ids.Count(id => id == ChatTemplate.ImageToken) * picture.Rows);
        var result = new Tensor(1, length, text.Width);
        Tensor rows = result.View(length, text.Width);
        (int at, int word, int prompt) = (0, 0, 0);
        foreach (int id in ids)
        {
            Tensor source =
                id == ChatTemplate.ImageToken ? picture
                : IsPrompt(id) ? prompts!.Part(prompt++, 1)
                : text.Part(word++, 1);
            source.Span.CopyTo(rows.Part(at, source.Rows).Span);
            at += source.Rows;
        }

        return result;

        bool IsPrompt(int id) => prompts is not null && (id == region || id == mark);

        bool IsPlaceholder(int id) => id == ChatTemplate.ImageToken || IsPrompt(id);
    }
}
