using System.Text.Json.Nodes;
using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>What came out of a picture.</summary>
/// <param name="Items">Masks to draw over it.</param>
/// <param name="Json">The same as JSON.</param>
/// <param name="Found">Whether there is any mask.</param>
internal sealed record PictureResult(IReadOnlyList<OverlayItem> Items, JsonObject Json, bool Found);
