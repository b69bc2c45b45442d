using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava;

/// <summary>Answers a batch of questions. Each picture is looked at once, however many questions are about it.</summary>
internal static class BatchAnswer
{
    /// <inheritdoc cref="OmgLlavaModel.AskBatch"/>
    public static IReadOnlyList<Reply> Ask(
        OmgLlavaModel model,
        IReadOnlyList<ImageQuestion> questions,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        options.Validate();
        if (questions.Count == 0)
        {
            return [];
        }

        AskedQuestion[] asked =
        [
            .. questions.Select(question => new AskedQuestion(model, question.Text, question.Prompts ?? [], options)),
        ];
        int[] open = [.. Enumerable.Range(0, asked.Length).Where(i => asked[i].Told is null)];
        Reply[] answers =
            open.Length == 0
                ? []
                : Answer(model, [.. open.Select(i => (questions[i], asked[i].Text, asked[i].Form))], options, cancellation);
        return [.. asked.Select((question, i) => question.Told ?? question.Complete(answers[Array.IndexOf(open, i)]))];
    }

    private static Reply[] Answer(
        OmgLlavaModel model,
        (ImageQuestion Question, string Text, IReadOnlyList<int>? Form)[] questions,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        RgbImage[] pictures =
        [
            .. questions.Select(row => row.Question.Image).Distinct(ReferenceEqualityComparer.Instance).Cast<RgbImage>(),
        ];
        IReadOnlyList<PerceivedImage> seen = model.Perceive(pictures, cancellation);
        Tensor[] prompts = [];
        try
        {
            PerceivedImage[] images = [.. questions.Select(row => seen[Array.IndexOf(pictures, row.Question.Image)])];
            prompts = [.. images.Zip(questions).Select(row => Row(model, row.First, row.Second.Question, row.Second.Text))];
            return Generate(model, images, prompts, [.. questions.Select(row => row.Form)], options, cancellation);
        }
        finally
        {
            Array.ForEach(prompts, prompt => prompt.Dispose());
            foreach (PerceivedImage image in seen)
            {
                image.Dispose();
            }
        }
    }

    /// <summary>(T, D).</summary>
    private static Tensor Row(OmgLlavaModel model, PerceivedImage image, ImageQuestion question, string text)
    {
        Tensor embeddings = new QuestionEmbedder(model, image).Embed(text, question.Prompts ?? []);
        return embeddings.Reshape(embeddings.Shape[1], embeddings.Shape[2]);
    }

    private static Reply[] Generate(
        OmgLlavaModel model,
        PerceivedImage[] images,
        Tensor[] prompts,
        IReadOnlyList<int>?[] forms,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        var clock = Stopwatch.StartNew();
        TimeSpan first = default;
        AnswerWriter[] writers = [.. images.Select(image => new AnswerWriter(model, image, options.StopTexts))];
        List<int>[] tokens = [.. images.Select(_ => new List<int>())];
        GenerationOptions free = options with { StopTexts = [] }; // the writers look for them in the clean text
        foreach (
            GenerationEvent step in model.Generator.GenerateBatch(
                prompts,
                free,
                forms,
                row => writers[row].Stopped,
                cancellation
            )
        )
        {
            first = first == default ? clock.Elapsed : first;
            if (step.Hidden is null)
            {
                tokens[step.Row].Add(step.Token);
                writers[step.Row].Add(step.Token);
            }
            else
            {
                writers[step.Row].Read(step);
            }
        }

        TimeSpan perception = images.Distinct().Aggregate(TimeSpan.Zero, (sum, image) => sum + image.Duration);
        return
        [
            .. writers.Select(
                (writer, i) =>
                    writer
                        .Reply(
                            tokens[i],
                            new ReplyTimings(
                                perception,
                                first,
                                clock.Elapsed,
                                prompts[i].Rows,
                                tokens[i].Count,
                                ImageTokens: images[i].Seen.Tokens.Rows
                            )
                        )
                        .Reply
            ),
        ];
    }
}
