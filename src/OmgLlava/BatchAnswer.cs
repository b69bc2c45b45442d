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

        string[] texts = [.. questions.Select(question => PromptText.Prepare(question.Text, question.Prompts ?? []))];
        RgbImage[] pictures =
        [
            .. questions.Select(question => question.Image).Distinct(ReferenceEqualityComparer.Instance).Cast<RgbImage>(),
        ];
        IReadOnlyList<PerceivedImage> seen = model.Perceive(pictures, cancellation);
        Tensor[] prompts = [];
        try
        {
            PerceivedImage[] images = [.. questions.Select(question => seen[Array.IndexOf(pictures, question.Image)])];
            prompts = [.. images.Zip(questions, texts).Select(row => Row(model, row.First, row.Second, row.Third))];
            return Generate(model, images, prompts, options, cancellation);
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
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        var clock = Stopwatch.StartNew();
        TimeSpan first = default;
        AnswerWriter[] writers = [.. images.Select(image => new AnswerWriter(model, image, options.StopTexts))];
        List<int>[] tokens = [.. images.Select(_ => new List<int>())];
        GenerationOptions free = options with { StopTexts = [] }; // the writers look for them in the clean text
        foreach (GenerationEvent step in model.Generator.GenerateBatch(prompts, free, row => writers[row].Stopped, cancellation))
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
