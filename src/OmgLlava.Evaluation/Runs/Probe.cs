using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Runs;

/// <summary>What is put to the model for one sample.</summary>
/// <param name="Kind">What it is to do.</param>
/// <param name="Id">Names the sample in results.</param>
/// <param name="ImageName">Names the picture; samples of the same name share it.</param>
/// <param name="Load">Loads the picture; called on another thread.</param>
public sealed record Probe(ProbeKind Kind, string Id, string ImageName, Func<RgbImage> Load)
{
    /// <summary>The question, where one is asked.</summary>
    public string Question { get; init; } = "";

    /// <summary>Questions to ask, in their order, while there is no mask in the answer.</summary>
    public IReadOnlyList<string> Retries { get; init; } = [];

    /// <summary>Points, boxes and regions.</summary>
    public IReadOnlyList<VisualPrompt> Prompts { get; init; } = [];

    /// <summary>A question about a picture file.</summary>
    public static Probe Ask(string id, string imagePath, string question, params IReadOnlyList<VisualPrompt> prompts) =>
        new(ProbeKind.Ask, id, imagePath, () => ImageFile.Load(imagePath)) { Question = question, Prompts = prompts };

    /// <summary>A task without language on a picture file.</summary>
    public static Probe See(ProbeKind kind, string id, string imagePath, params IReadOnlyList<VisualPrompt> prompts) =>
        new(kind, id, imagePath, () => ImageFile.Load(imagePath)) { Prompts = prompts };
}
