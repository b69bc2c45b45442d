using OmgLlava.Torch.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>One batch of conversations, each about one picture; text alone comes with a blank one.</summary>
/// <param name="Pixels">(B, 3, H, W), normalised.</param>
/// <param name="Prompts">Conversations as token ids with labels; row i is about picture i.</param>
/// <param name="Regions">(N, H, W) in the frame of the model's input, one for each <c>&lt;region&gt;</c> of the batch that is no
/// box, in order; null for none.</param>
/// <param name="Points">(N, 2): x, y in pixels of the model's input, one for each <c>&lt;mark&gt;</c> in order; null for
/// none.</param>
/// <param name="Masks">(N, h, w) at any resolution: the true mask of each labelled [SEG] of the batch in order; null for
/// none.</param>
internal sealed record TrainingBatch(
    Tensor Pixels,
    PromptTokens Prompts,
    Tensor? Regions = null,
    Tensor? Points = null,
    Tensor? Masks = null
)
{
    /// <summary>(N, 4): x0, y0, x1, y1 in pixels of the model's input, one for each <c>&lt;region&gt;</c> that is a box, in
    /// order; null for none.</summary>
    public Tensor? Boxes { get; init; }

    /// <summary>Which of the <c>&lt;region&gt;</c> of the batch, counted from 0, are boxes.</summary>
    public IReadOnlyList<int> BoxPlaces { get; init; } = [];

    /// <summary>What is known of the pictures, where that takes the place of perception; null elsewhere.</summary>
    public LabelledPictures? Pictures { get; init; }

    /// <summary>(M, H, W) in the frame of the model's input: things that tokens of the batch speak of or name; null for
    /// none.</summary>
    public Tensor? SubjectMasks { get; init; }

    /// <summary>Row and index of each token of <see cref="Prompts"/> that speaks of a known thing, and which of
    /// <see cref="SubjectMasks"/> that is.</summary>
    public IReadOnlyList<(int Row, int Token, int Mask)> Subjects { get; init; } = [];

    /// <summary>The same of tokens that end a noun of a question, with what it names; a mask that is empty stands for what the
    /// picture does not show.</summary>
    public IReadOnlyList<(int Row, int Token, int Mask)> Mentions { get; init; } = [];

    /// <summary>Row and index of each token from which an answer about the one thing that its question points at is said, and the
    /// index of the placeholder that points at it.</summary>
    public IReadOnlyList<(int Row, int Token, int Placeholder)> Pointed { get; init; } = [];

    /// <summary>The same as <see cref="Subjects"/> of tokens before words that depend on how many things there are, with what is
    /// counted and how many that are.</summary>
    public IReadOnlyList<(int Row, int Token, int Mask, int Number)> Numbers { get; init; } = [];
}
