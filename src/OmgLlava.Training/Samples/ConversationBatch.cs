using OmgLlava.Alignment;
using OmgLlava.Imaging;
using OmgLlava.Torch.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Training.Samples;

/// <summary>Conversations in the form that the alignment stages compute with, before they become tensors.</summary>
internal sealed class ConversationBatch
{
    private const long Padding = 0;

    private readonly ConversationSample[] _samples;
    private readonly float[][] _pixels;
    private readonly ImageTransform _transform;
    private readonly bool _withSubjects;
    private readonly bool _asLabelled;

    /// <param name="samples">At least one.</param>
    /// <param name="transform">Makes the model's input of their pictures.</param>
    /// <param name="withSubjects">Whether to say what tokens speak of, which takes a mask for each thing.</param>
    /// <param name="asLabelled">Whether what is labelled stands for the pictures, whose pixels nobody sees.</param>
    public ConversationBatch(ConversationSample[] samples, ImageTransform transform, bool withSubjects, bool asLabelled = false)
    {
        (_samples, _transform, _withSubjects, _asLabelled) = (samples, transform, withSubjects, asLabelled);
        // Text alone comes with a blank picture.
        _pixels =
        [
            .. samples.Select(s =>
                s.Picture is null || asLabelled
                    ? new float[3 * transform.Size * transform.Size]
                    : transform.Apply(s.Picture)
            ),
        ];
    }

    /// <summary>The batch as tensors that the current dispose scope owns.</summary>
    public TrainingBatch ToTensors(Device device)
    {
        int side = _transform.Size;
        Tensor pixels = stack(_pixels.Select(p => tensor(p).view(3, side, side))).to(device);
        int longest = _samples.Max(s => s.Ids.Length);
        Tensor Rows(Func<ConversationSample, long[]> values, long padding) =>
            tensor([.. _samples.SelectMany(s => values(s).Concat(Enumerable.Repeat(padding, longest - s.Ids.Length)))])
                .view(_samples.Length, longest)
                .to(device);
        var tokens = new PromptTokens(
            Rows(s => s.Ids, Padding),
            Rows(s => s.Conversations, 0),
            Rows(s => s.Labels, PromptPlaceholders.IgnoredLabel)
        );

        var prompts = _samples.SelectMany(s => s.Prompts.Select(prompt => (Prompt: prompt, Geometry: Geometry(s)))).ToArray();
        float[] points =
        [
            .. prompts
                .Where(p => p.Prompt is VisualPrompt.PointPrompt)
                .SelectMany(p => Point(p.Geometry.ToModel(((VisualPrompt.PointPrompt)p.Prompt).At))),
        ];
        var areas = prompts.Where(p => p.Prompt is not VisualPrompt.PointPrompt).ToArray();
        bool[][] regions =
        [
            .. areas
                .Where(a => a.Prompt is VisualPrompt.RegionPrompt)
                .Select(a => a.Geometry.ToModel(((VisualPrompt.RegionPrompt)a.Prompt).Mask).Pixels.ToArray()),
        ];
        float[] boxes =
        [
            .. areas
                .Where(a => a.Prompt is VisualPrompt.BoxPrompt)
                .SelectMany(a => Box(a.Geometry.ToModel(((VisualPrompt.BoxPrompt)a.Prompt).Around))),
        ];
        bool[][] masks = [.. _samples.SelectMany(s => s.Masks.Select(mask => Geometry(s).ToModel(mask).Pixels.ToArray()))];
        var batch = new TrainingBatch(
            pixels,
            tokens,
            Stack(regions),
            points.Length == 0 ? null : tensor(points).view(-1, 2).to(device),
            Stack(masks)
        )
        {
            Boxes = boxes.Length == 0 ? null : tensor(boxes).view(-1, 4).to(device),
            BoxPlaces = [.. areas.Index().Where(a => a.Item.Prompt is VisualPrompt.BoxPrompt).Select(a => a.Index)],
            Pictures = _asLabelled ? LabelledBatch.Of(_samples, _transform, device) : null,
        };
        if (!_withSubjects)
        {
            return batch;
        }

        int[] before = [.. _samples.Select((_, i) => _samples.Take(i).Sum(s => s.SubjectMasks.Count))];
        return batch with
        {
            SubjectMasks = Stack([
                .. _samples.SelectMany(s => s.SubjectMasks.Select(mask => Geometry(s).ToModel(mask).Pixels.ToArray())),
            ]),
            Subjects = Known(s => s.Subjects),
            Mentions = Known(s => s.Mentions),
            Pointed = [.. _samples.SelectMany((s, row) => s.Pointed.Select(known => (row, known.Token, known.Placeholder)))],
            Numbers =
            [
                .. _samples.SelectMany(
                    (s, row) => s.Numbers.Select(known => (row, known.At.Token, before[row] + known.At.Mask, known.Number))
                ),
            ],
        };

        (int, int, int)[] Known(Func<ConversationSample, IReadOnlyList<TokenSubject>> tokens) =>
            [.. _samples.SelectMany((s, row) => tokens(s).Select(known => (row, known.Token, before[row] + known.Mask)))];

        Tensor? Stack(bool[][] items) =>
            items.Length == 0 ? null : stack(items.Select(item => tensor(item).view(side, side))).to(device).to(float32);
    }

    private ImageGeometry Geometry(ConversationSample sample) =>
        _transform.Geometry(sample.Picture!.Width, sample.Picture.Height);

    private static float[] Point(PixelPoint point) => [point.X, point.Y];

    private static float[] Box(PixelBox box) => [box.X0, box.Y0, box.X1, box.Y1];
}
