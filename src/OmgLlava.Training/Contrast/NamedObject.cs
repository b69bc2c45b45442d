using OmgLlava.Imaging;
using OmgLlava.Training.Samples;

namespace OmgLlava.Training.Contrast;

/// <summary>An object of a scene, a word for it, and where the image encoder sees it.</summary>
/// <param name="Item">The object.</param>
/// <param name="Word">What it is called.</param>
/// <param name="Shares">(h * w): what share of it lies in each of the encoder's last cells.</param>
internal sealed record NamedObject(SceneObject Item, string Word, float[] Shares)
{
    /// <summary>Tells where an object is.</summary>
    /// <param name="item">The object; at least one pixel of it is left in the model's input.</param>
    /// <param name="word">What it is called.</param>
    /// <param name="geometry">How its picture lies in the model's input.</param>
    /// <param name="size">Side of the input.</param>
    /// <param name="stride">Side of a cell.</param>
    public static NamedObject Of(SceneObject item, string word, ImageGeometry geometry, int size, int stride)
    {
        Mask mask = geometry.ToModel(item.Mask);
        ReadOnlySpan<bool> inside = mask.Pixels;
        int cells = size / stride;
        float[] shares = new float[cells * cells];
        for (int i = 0; i < inside.Length; i++)
        {
            shares[(i / size / stride * cells) + (i % size / stride)] += inside[i] ? 1f / mask.Area : 0;
        }

        return new NamedObject(item, word, shares);
    }
}
