using OmgLlava.Imaging;

namespace OmgLlava;

/// <summary>
/// A place in the picture that a question points at, in pixels of the user's own picture. In the question's text the first
/// <c>&lt;mark&gt;</c> or <c>&lt;region&gt;</c> stands for the first prompt, the second for the second, and so on.
/// </summary>
public abstract record VisualPrompt
{
    private VisualPrompt() { }

    /// <summary>A point.</summary>
    /// <param name="x">Pixels to the right.</param>
    /// <param name="y">Pixels downwards.</param>
    public static VisualPrompt Point(float x, float y) => new PointPrompt(new PixelPoint(x, y));

    /// <summary>A box.</summary>
    /// <param name="x0">Left.</param>
    /// <param name="y0">Top.</param>
    /// <param name="x1">Right.</param>
    /// <param name="y1">Bottom.</param>
    public static VisualPrompt Box(float x0, float y0, float x1, float y1) => new BoxPrompt(new PixelBox(x0, y0, x1, y1));

    /// <summary>A region painted by hand or found before.</summary>
    /// <param name="mask">Of the picture's size.</param>
    public static VisualPrompt Region(Mask mask) => new RegionPrompt(mask);

    /// <summary>The placeholder that stands for this prompt where the question has none.</summary>
    internal abstract string Placeholder { get; }

    /// <summary>Checks that the prompt lies in a picture.</summary>
    /// <exception cref="OmgLlavaException">It does not; the message says where it lies.</exception>
    public abstract void Validate(ImageGeometry geometry);

    /// <summary>A point prompt.</summary>
    /// <param name="At">Where.</param>
    public sealed record PointPrompt(PixelPoint At) : VisualPrompt
    {
        internal override string Placeholder => Language.ChatTemplate.MarkPlaceholder;

        /// <inheritdoc/>
        public override void Validate(ImageGeometry geometry)
        {
            if (!(At.X >= 0 && At.Y >= 0 && At.X < geometry.Width && At.Y < geometry.Height))
            {
                throw new OmgLlavaException(
                    $"The point ({At.X}, {At.Y}) lies outside the image of {geometry.Width} x {geometry.Height} pixels."
                );
            }
        }
    }

    /// <summary>A box prompt.</summary>
    /// <param name="Around">Where.</param>
    public sealed record BoxPrompt(PixelBox Around) : VisualPrompt
    {
        internal override string Placeholder => Language.ChatTemplate.RegionPlaceholder;

        /// <inheritdoc/>
        public override void Validate(ImageGeometry geometry)
        {
            string box = $"The box ({Around.X0}, {Around.Y0}, {Around.X1}, {Around.Y1})";
            if (!(Around.X1 > Around.X0 && Around.Y1 > Around.Y0))
            {
                throw new OmgLlavaException($"{box} is empty; give left, top, right, bottom with left < right and top < bottom.");
            }

            if (!(Around.X0 >= 0 && Around.Y0 >= 0 && Around.X1 <= geometry.Width && Around.Y1 <= geometry.Height))
            {
                throw new OmgLlavaException($"{box} reaches outside the image of {geometry.Width} x {geometry.Height} pixels.");
            }
        }
    }

    /// <summary>A region prompt.</summary>
    /// <param name="Mask">Its pixels.</param>
    public sealed record RegionPrompt(Mask Mask) : VisualPrompt
    {
        internal override string Placeholder => Language.ChatTemplate.RegionPlaceholder;

        /// <inheritdoc/>
        public override void Validate(ImageGeometry geometry)
        {
            if (Mask.Width != geometry.Width || Mask.Height != geometry.Height)
            {
                throw new OmgLlavaException(
                    $"The mask is {Mask.Width} x {Mask.Height} pixels, but the image is {geometry.Width} x {geometry.Height}; "
                        + $"they must be the same size."
                );
            }

            if (Mask.IsEmpty)
            {
                throw new OmgLlavaException("The mask is empty; it must hold at least one pixel.");
            }
        }
    }
}
