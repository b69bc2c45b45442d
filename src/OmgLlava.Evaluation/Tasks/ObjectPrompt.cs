using OmgLlava.Data;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Pointing at things whose masks are known.</summary>
internal static class ObjectPrompt
{
    /// <summary>A prompt for a mask that is not empty.</summary>
    public static VisualPrompt Of(Mask mask, PromptKind kind) =>
        kind switch
        {
            PromptKind.Point when MaskPoints.Deepest(mask) is { } point => VisualPrompt.Point(point.X, point.Y),
            PromptKind.Box when mask.Box is { } box => VisualPrompt.Box(box.X0, box.Y0, box.X1, box.Y1),
            _ => VisualPrompt.Region(mask),
        };

    /// <summary>The mask's box, filled.</summary>
    public static Mask Filled(Mask mask)
    {
        bool[] pixels = new bool[mask.Width * mask.Height];
        PixelBox box = mask.Box ?? default;
        for (int y = (int)box.Y0; y < (int)box.Y1; y++)
        {
            pixels.AsSpan((y * mask.Width) + (int)box.X0, (int)box.Width).Fill(true);
        }

        return new Mask(mask.Width, mask.Height, pixels);
    }
}
