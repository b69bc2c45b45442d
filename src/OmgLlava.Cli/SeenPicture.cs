using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>A picture that was looked at.</summary>
/// <param name="Model">The model that did.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Seen">What it saw.</param>
/// <param name="Path">The file, where it is one of several; null where it is alone.</param>
internal sealed record SeenPicture(OmgLlavaModel Model, RgbImage Picture, PerceivedImage Seen, string? Path);
