using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Runtime;
using OmgLlava.Vision;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>
/// OMG-LLaVA ready to answer. It holds nothing but weights and may be used from several threads at once; what belongs to a
/// picture is in its <see cref="PerceivedImage"/>, what belongs to a conversation in its <see cref="ImageChat"/>.
/// </summary>
public sealed class OmgLlavaModel : IDisposable
{
    private readonly ModelParts _parts;

    /// <param name="parts">What it is put together from; disposed with it.</param>
    internal OmgLlavaModel(ModelParts parts)
    {
        _parts = parts;
        Generator = new TextGenerator(parts.Language, parts.Tokenizer, [Config.Template.TurnEnd]);
        Words = parts.Words is null ? null : new WordReader(parts.Words);
        ClassNames = Config.Classes ?? [.. Enumerable.Range(0, Config.Perception.Classes).Select(i => $"class {i}")];
    }

    /// <summary>The model's configuration.</summary>
    internal OmgLlavaConfig Config => _parts.Config;

    /// <summary>The model's name.</summary>
    public string Name => Config.Name;

    /// <summary>Digits that tell these weights from others.</summary>
    public string WeightsHash => _parts.WeightsHash;

    /// <summary>The tokenizer.</summary>
    internal Tokenizer Tokenizer => _parts.Tokenizer;

    /// <summary>Names of the classes of plain segmentation.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The thresholds of plain segmentation that suit the model.</summary>
    public SegmentationOptions Segmentation => Config.Segmentation;

    /// <summary>Threads that compute one step.</summary>
    internal int Threads => _parts.Threads;

    internal TextGenerator Generator { get; }

    /// <summary>Reads questions in the words that the model was taught; null where its directory does not list them.</summary>
    internal WordReader? Words { get; }

    internal ILanguageModel Language => _parts.Language;

    private IVisionModel Vision => _parts.Vision;

    /// <summary>Loads a model directory.</summary>
    /// <param name="directory">A folder that <c>omg-llava convert</c> or <c>omg-llava new</c> made.</param>
    /// <param name="options">Device, element types, progress.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">The directory is missing, damaged or inconsistent, or the model does not fit into
    /// memory.</exception>
    public static OmgLlavaModel Load(string directory, LoadOptions? options = null, CancellationToken cancellation = default) =>
        new(ModelLoader.Load(directory, options ?? new LoadOptions(), cancellation));

    /// <summary>What loading a model directory takes of memory, and what there is.</summary>
    /// <exception cref="OmgLlavaException">The directory is missing or damaged.</exception>
    public static MemoryBudget EstimateMemory(string directory, LoadOptions? options = null) =>
        ModelMemory.Estimate(directory, options ?? new LoadOptions());

    /// <summary>
    /// A question as the model is asked it. Wishes for masks are put into the words of the training for every model; all
    /// other ways of saying only for a
    /// model whose directory lists the words that it was taught (<c>words.json</c>). Chats and batches do this by themselves.
    /// </summary>
    /// <param name="question">The user's words.</param>
    /// <param name="prompts">What they point at; null for nothing.</param>
    public UnderstoodQuestion Understand(string question, IReadOnlyList<VisualPrompt>? prompts = null)
    {
        string tidy = QuestionText.Tidy(question);
        if (Words is not null)
        {
            return Words.Read(tidy, prompts ?? []);
        }

        (string asked, string? expression) = QuestionIntent.Read(tidy);
        return new UnderstoodQuestion(asked, expression ?? QuestionIntent.ExpressionOf(tidy));
    }

    /// <summary>Looks at a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops between the parts of perception.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public PerceivedImage Perceive(RgbImage image, CancellationToken cancellation = default) =>
        Perceive([image], cancellation)[0];

    /// <summary>Looks at several pictures.</summary>
    public IReadOnlyList<PerceivedImage> Perceive(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default)
    {
        var perceived = new List<PerceivedImage>();
        try
        {
            foreach (RgbImage image in images)
            {
                var clock = Stopwatch.StartNew();
                int size = Config.Image.Size;
                SeenImage seen = Vision.See(Config.Image.Apply(image, cancellation), (size, size), cancellation);
                perceived.Add(new PerceivedImage(Config.Image.Geometry(image.Width, image.Height), seen, clock.Elapsed));
            }

            return perceived;
        }
        catch
        {
            perceived.ForEach(image => image.Dispose());
            throw;
        }
    }

    /// <summary>Starts a conversation about a picture, looking at it first. The chat disposes what it saw.</summary>
    public ImageChat StartChat(RgbImage image) => new(this, Perceive(image), ownsImage: true);

    /// <summary>Starts a conversation about a picture that was looked at before. The caller disposes it, after the
    /// chat.</summary>
    public ImageChat StartChat(PerceivedImage image) => new(this, image, ownsImage: false);

    /// <summary>Answers several questions at once; each gets the answer that it would get alone.</summary>
    /// <param name="questions">Questions about the same or different pictures.</param>
    /// <param name="options">How to generate; greedy by default.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>One answer for each question, in their order. The timings are those of the whole batch.</returns>
    /// <exception cref="OmgLlavaException">A question is empty, or a prompt does not fit its picture.</exception>
    public IReadOnlyList<Reply> AskBatch(
        IReadOnlyList<ImageQuestion> questions,
        GenerationOptions? options = null,
        CancellationToken cancellation = default
    ) => BatchAnswer.Ask(this, questions, options ?? new GenerationOptions(), cancellation);

    /// <summary>Panoptic segmentation: every pixel belongs to at most one segment.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for those of the model.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Panoptic(
        PerceivedImage image,
        SegmentationOptions? options = null,
        CancellationToken cancellation = default
    ) => Segment(image, options, PanopticFusion.Panoptic, cancellation);

    /// <summary>Instance segmentation: things with scores; their masks may overlap.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Thresholds; null for those of the model.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SegmentationResult Instances(
        PerceivedImage image,
        SegmentationOptions? options = null,
        CancellationToken cancellation = default
    ) => Segment(image, options, PanopticFusion.Instances, cancellation);

    /// <summary>Semantic segmentation: the class of every pixel.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops within a few rows of the picture.</param>
    public SemanticResult Semantic(PerceivedImage image, CancellationToken cancellation = default)
    {
        int[] classes = PanopticFusion.Semantic(image.Seen.ClassLogits, image.Seen.MaskLogits, image.Geometry, cancellation);
        return new SemanticResult(image.Geometry.Width, image.Geometry.Height, classes, ClassNames);
    }

    /// <summary>Interactive segmentation: the object at a point, in a box or under a region, without any language.</summary>
    /// <param name="image">The picture as it was seen.</param>
    /// <param name="prompts">Where.</param>
    /// <param name="picture">Gives the picture itself, asked by a model that looks again at small things from close by
    /// (<c>close_look</c> of its configuration); null for the one look that was taken.</param>
    /// <param name="cancellation">Stops between the parts of perception.</param>
    /// <returns>One segment for each prompt, with an empty phrase; its score is the IoU that the model expects.</returns>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or is empty.</exception>
    public IReadOnlyList<Segment> Interactive(
        PerceivedImage image,
        IReadOnlyList<VisualPrompt> prompts,
        Func<RgbImage>? picture = null,
        CancellationToken cancellation = default
    ) => [.. prompts.Select(prompt => InBox(SegmentAt(image, prompt, picture, cancellation), prompt))];

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();

    /// <summary>How many threads one computation of the calling thread takes, where the calling thread decides that.</summary>
    internal void LimitThreads(int threads) => _parts.Torch?.LimitThreads(threads);

    /// <summary>(N, D): the language model's tokens of visual prompts.</summary>
    internal Tensor EncodePrompts(PerceivedImage image, IReadOnlyList<VisualPrompt> prompts, bool boxesAsPublished)
    {
        DecodedPrompt[] decoded = [.. prompts.Select(prompt => PromptDecoder.Decode(Vision, image, prompt, boxesAsPublished))];
        try
        {
            return Vision.ProjectPrompts(image.Seen, decoded);
        }
        finally
        {
            Array.ForEach(decoded, prompt => prompt.Dispose());
        }
    }

    /// <summary>Decodes the mask that a [SEG] asks for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">(D): the language model's hidden state at [SEG].</param>
    /// <returns>(1, h, w), a quarter or half of the input's sides: mask logits in the frame of the model's input.</returns>
    internal Tensor DecodeMask(PerceivedImage image, Tensor hidden) => Vision.DecodeMask(image.Seen, hidden.Span);

    private Segment SegmentAt(
        PerceivedImage image,
        VisualPrompt prompt,
        Func<RgbImage>? picture,
        CancellationToken cancellation
    )
    {
        if (picture is null || Config.CloseLook is not { } times)
        {
            return SegmentOnce(image, prompt, picture);
        }

        prompt.Validate(image.Geometry);
        (PixelBox? box, Segment? first) = prompt switch
        {
            VisualPrompt.BoxPrompt(var around) => (around, null),
            VisualPrompt.RegionPrompt(var mask) => (mask.Box, null),
            _ => SegmentOnce(image, prompt, null) is var seen ? (seen.Mask?.Box, seen) : default, // of a point: how large it is
        };
        if (box is null || CloseLook.At(box.Value, image.Geometry, times) is not { } look)
        {
            return first ?? SegmentOnce(image, prompt, picture);
        }

        RgbImage part = look.Of(picture());
        using PerceivedImage near = Perceive(part, cancellation);
        Segment found = SegmentOnce(near, look.Of(prompt), () => part);
        return found with { Mask = found.Mask is null ? null : look.Back(found.Mask, image.Geometry) };
    }

    /// <summary>What of a box's mask lies in the box, where the model asks for that (<c>box_fit</c>).</summary>
    private Segment InBox(Segment found, VisualPrompt prompt)
    {
        if (!Config.BoxFit || found.Mask is not { } mask || prompt is not VisualPrompt.BoxPrompt(var box))
        {
            return found;
        }

        (int x, int y) = (Math.Max(0, (int)Math.Floor(box.X0)), Math.Max(0, (int)Math.Floor(box.Y0)));
        int right = Math.Min(mask.Width, (int)Math.Ceiling(box.X1));
        int bottom = Math.Min(mask.Height, (int)Math.Ceiling(box.Y1));
        MaskRuns inside = mask.Runs.Part(x, y, right - x, bottom - y);
        return inside.Bounds.IsEmpty
            ? found with { Mask = null, Score = 0 }
            : found with { Mask = new Mask(inside.Within(x, y, mask.Width, mask.Height)) };
    }

    private Segment SegmentOnce(PerceivedImage image, VisualPrompt prompt, Func<RgbImage>? picture)
    {
        using DecodedPrompt decoded = PromptDecoder.Decode(Vision, image, prompt);
        if (Config.BoxFit && picture is not null && prompt is VisualPrompt.BoxPrompt(var box))
        {
            Span<float> logits = decoded.MaskLogits.Span;
            BoxFit.Apply(logits, decoded.MaskLogits.Width, picture(), box).CopyTo(logits);
        }

        return SegmentReader.Read(decoded.MaskLogits, image.Geometry, ("", 0, 0)) with
        {
            Score = 1 / (1 + MathF.Exp(-decoded.IouLogit)),
        };
    }

    private SegmentationResult Segment(
        PerceivedImage image,
        SegmentationOptions? options,
        Func<Tensor, Tensor, int, ImageGeometry, SegmentationOptions, CancellationToken, IReadOnlyList<SegmentedObject>> fuse,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<SegmentedObject> objects = fuse(
            image.Seen.ClassLogits,
            image.Seen.MaskLogits,
            Config.Perception.ThingClasses,
            image.Geometry,
            options ?? Segmentation,
            cancellation
        );
        return new SegmentationResult(image.Geometry.Width, image.Geometry.Height, objects, ClassNames);
    }
}
