using OmgLlava.Imaging;

namespace OmgLlava;

/// <summary>One question about one picture, for <see cref="OmgLlavaModel.AskBatch"/>.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Text">The question; <c>&lt;mark&gt;</c> and <c>&lt;region&gt;</c> in it stand for the prompts, in their
/// order.</param>
/// <param name="Prompts">Points, boxes and regions; null for none.</param>
public sealed record ImageQuestion(RgbImage Image, string Text, IReadOnlyList<VisualPrompt>? Prompts = null);
