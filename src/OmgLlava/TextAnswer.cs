using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Language;

namespace OmgLlava;

/// <summary>Answers without a picture, by the language model alone: what programs ask besides, such as for a title.</summary>
internal static class TextAnswer
{
    /// <summary>Answers, one step at a time; null for a step that shows nothing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="history">The turns before, which point at nothing.</param>
    /// <param name="question">The user's words.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="OmgLlavaException">The question is empty or speaks of a picture, or the context is full.</exception>
    public static IEnumerable<ReplyUpdate?> Run(
        OmgLlavaModel model,
        IReadOnlyList<ChatTurn> history,
        string question,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        options.Validate();
        var clock = Stopwatch.StartNew();
        using Tensor prompt = Embed(model, history, question);
        using IKeyValueCache cache = model.Language.CreateCache();
        foreach (
            ReplyUpdate? update in new AnswerSteps(model, null, options, masksAside: false).Run(
                prompt,
                cache,
                clock,
                default,
                cancellation
            )
        )
        {
            yield return update;
        }
    }

    /// <summary>(1, T, D).</summary>
    private static Tensor Embed(OmgLlavaModel model, IReadOnlyList<ChatTurn> history, string question)
    {
        ChatTemplate template = model.Config.Template;
        var ids = new List<int>();
        foreach ((int turn, string text) in history.Select(turn => turn.Question).Append(question).Index())
        {
            if (turn > 0)
            {
                ids.AddRange(AnswerTokens.Of(model, history[turn - 1].Reply));
            }

            string plain = PromptText.Prepare(text, []);
            ids.AddRange(
                turn == 0
                    ? template.FirstTurn(model.Tokenizer, plain, withImage: false)
                    : template.NextTurn(model.Tokenizer, plain)
            );
        }

        using Tensor rows = model.Language.Embed([.. ids]);
        return Tensor.Of(rows.Span, 1, rows.Rows, rows.Width);
    }
}
