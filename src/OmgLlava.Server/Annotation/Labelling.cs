using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Serving;

namespace OmgLlava.Server.Annotation;

/// <summary>What annotation tools ask for: things pointed at, things in words, everything. What is not there is left
/// out.</summary>
internal sealed class Labelling(OmgLlavaService service)
{
    private const int MostExpressions = 64;
    private const int MostTokens = 128;

    /// <summary>What is pointed at.</summary>
    public async Task<IReadOnlyList<Labelled>> PointAsync(
        Picture picture,
        IReadOnlyList<(VisualPrompt Prompt, string Label)> prompts,
        CancellationToken stop
    )
    {
        if (prompts.Count > MostExpressions)
        {
            throw new OmgLlavaException($"There are {prompts.Count} marks; the most are {MostExpressions}.");
        }

        IReadOnlyList<Segment> segments = await service.SegmentAsync(picture, [.. prompts.Select(prompt => prompt.Prompt)], stop);
        return
        [
            .. segments
                .Zip(prompts)
                .Where(pair => pair.First.Found)
                .Select(pair => new Labelled(pair.Second.Label, pair.First.Mask!, pair.First.Score)),
        ];
    }

    /// <summary>What some words mean.</summary>
    public async Task<IReadOnlyList<Labelled>> FindAsync(
        Picture picture,
        IReadOnlyList<string> expressions,
        CancellationToken stop
    )
    {
        if (expressions.Count > MostExpressions)
        {
            throw new OmgLlavaException($"There are {expressions.Count} expressions; the most are {MostExpressions}.");
        }

        var found = new List<Labelled>();
        foreach (string expression in expressions.Distinct())
        {
            Reply? reply = null;
            await foreach (
                ReplyUpdate update in service.StreamAsync(
                    picture,
                    [],
                    Questions.Segment(expression),
                    options: new GenerationOptions { MaxNewTokens = MostTokens },
                    cancellation: stop
                )
            )
            {
                reply = update.Reply ?? reply;
            }

            found.AddRange(
                reply!
                    .Segments.Where(segment => segment.Found)
                    .Select(segment => new Labelled(expression, segment.Mask!, segment.Score))
            );
        }

        return found;
    }

    /// <summary>Everything that the model has names for.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="threshold">The least score, in 0..1; null for the model's own.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<IReadOnlyList<Labelled>> EverythingAsync(
        Picture picture,
        float? threshold,
        CancellationToken stop
    )
    {
        SegmentationOptions options = service.Model.Segmentation;
        options = options with { ObjectThreshold = threshold ?? options.ObjectThreshold };
        SegmentationResult result = await service.SegmentEverythingAsync(picture, options: options, cancellation: stop);
        return [.. result.Objects.Select(segment => new Labelled(result.NameOf(segment), segment.Mask, segment.Score))];
    }
}
