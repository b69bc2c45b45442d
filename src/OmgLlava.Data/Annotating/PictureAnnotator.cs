using System.Text.RegularExpressions;
using OmgLlava.Data.Coco;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;

namespace OmgLlava.Data.Annotating;

/// <summary>Annotates one picture at a time; may be used from several threads.</summary>
internal sealed class PictureAnnotator
{
    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private readonly OmgLlavaModel _model;
    private readonly AnnotationOptions _options;
    private readonly Regex[] _words;

    /// <exception cref="OmgLlavaException">The task needs labels and has none, or the model does not know one.</exception>
    public PictureAnnotator(OmgLlavaModel model, AnnotationOptions options)
    {
        (_model, _options) = (model, options);
        if (options.Task == AnnotationTask.Segment && options.Labels.Count == 0)
        {
            throw new OmgLlavaException("The task 'segment' needs labels: a file with one name a line.");
        }

        Categories = options.Task == AnnotationTask.Panoptic ? Classes(model, options.Labels)
            : options.Labels.Count > 0 ? [.. options.Labels.Select((label, i) => new CocoCategory(i + 1, label, "", true))]
            : [new CocoCategory(1, "phrase", "", true)];
        _words = [.. options.Labels.Select(label => new Regex($@"\b{Regex.Escape(label)}(e?s)?\b", AnyCase))];
    }

    /// <summary>What masks may belong to; the ids begin at 1.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Annotates a picture.</summary>
    /// <returns>The description, where the task gives one, and the masks.</returns>
    /// <exception cref="OmgLlavaException">The model cannot answer about it.</exception>
    public (string? Caption, IReadOnlyList<FoundObject> Objects) Annotate(RgbImage picture, CancellationToken cancellation)
    {
        using PerceivedImage seen = _model.Perceive(picture, cancellation);
        return _options.Task switch
        {
            AnnotationTask.Panoptic => (null, Panoptic(seen, cancellation)),
            AnnotationTask.Segment => (null, Named(seen, cancellation)),
            _ => Grounded(seen, cancellation),
        };
    }

    private static IReadOnlyList<CocoCategory> Classes(OmgLlavaModel model, IReadOnlyList<string> labels)
    {
        string? unknown = labels.FirstOrDefault(label => !model.ClassNames.Any(name => Means(name, label)));
        if (unknown is not null)
        {
            throw new OmgLlavaException(
                $"The model does not know the class '{unknown}'; 'panoptic' takes its own classes, 'segment' takes any words.");
        }

        int things = model.Config.Perception.ThingClasses;
        return
        [
            .. model.ClassNames.Select((name, i) => new CocoCategory(i + 1, name, "", i < things))
                .Where(category => labels.Count == 0 || labels.Any(label => Means(category.Name, label))),
        ];
    }

    /// <summary>Whether a label is one of the names that a class has.</summary>
    private static bool Means(string names, string label) =>
        names.Equals(label, StringComparison.OrdinalIgnoreCase)
        || names.Split(',', StringSplitOptions.TrimEntries).Contains(label, StringComparer.OrdinalIgnoreCase);

    private FoundObject[] Panoptic(PerceivedImage seen, CancellationToken cancellation)
    {
        SegmentationOptions options = _model.Segmentation;
        options = options with { ObjectThreshold = _options.Threshold ?? options.ObjectThreshold };
        return
        [
            .. _model.Panoptic(seen, options, cancellation).Objects
                .Where(segment => !segment.Mask.IsEmpty && Categories.Any(category => category.Id == segment.Class + 1))
                .Select(segment => new FoundObject(segment.Class + 1, segment.Mask, segment.Score)),
        ];
    }

    private FoundObject[] Named(PerceivedImage seen, CancellationToken cancellation)
    {
        var objects = new List<FoundObject>();
        foreach (CocoCategory category in Categories)
        {
            Reply reply = Ask(seen, Questions.Segment(category.Name), cancellation);
            objects.AddRange(
                Kept(reply).Select(segment => new FoundObject(category.Id, segment.Mask!, segment.Score, segment.Phrase)));
        }

        return [.. objects];
    }

    private (string, IReadOnlyList<FoundObject>) Grounded(PerceivedImage seen, CancellationToken cancellation)
    {
        Reply reply = Ask(seen, Questions.Ground, cancellation);
        return (reply.Text,
        [
            .. Kept(reply).Select(segment => new FoundObject(
                CategoryOf(segment.Phrase), segment.Mask!, segment.Score, segment.Phrase, [segment.Start, segment.End]))
                .Where(found => found.Category > 0),
        ]);
    }

    private Reply Ask(PerceivedImage seen, string question, CancellationToken cancellation)
    {
        using ImageChat chat = _model.StartChat(seen);
        var options = new GenerationOptions();
        options = options with { MaxNewTokens = _options.MaxNewTokens ?? options.MaxNewTokens };
        return chat.AskAsync(question, options: options, cancellation: cancellation).GetAwaiter().GetResult();
    }

    private IEnumerable<Segment> Kept(Reply reply) =>
        reply.Segments.Where(segment => segment.Mask is { IsEmpty: false } && segment.Score >= (_options.Threshold ?? 0));

    /// <summary>
    /// The category that a phrase names: of the labels in it the last, and of several that end there the longest. 0 for none.
    /// </summary>
    private int CategoryOf(string phrase)
    {
        if (_words.Length == 0)
        {
            return 1;
        }

        (int best, int end, int length) = (0, 0, 0);
        for (int i = 0; i < _words.Length; i++)
        {
            foreach (Match match in _words[i].Matches(phrase))
            {
                if (match.Index + match.Length > end || (match.Index + match.Length == end && match.Length > length))
                {
                    (best, end, length) = (i + 1, match.Index + match.Length, match.Length);
                }
            }
        }

        return best;
    }
}
