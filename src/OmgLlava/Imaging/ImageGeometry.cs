namespace OmgLlava.Imaging;

/// <summary>Where a user's picture lies in the model's square input, and the way between the two.</summary>
/// <param name="Width">Width of the picture in pixels.</param>
/// <param name="Height">Height of the picture in pixels.</param>
/// <param name="ModelSize">Side of the model's input in pixels.</param>
public sealed record ImageGeometry(int Width, int Height, int ModelSize)
{
    /// <summary>Side of the padded square in the picture's pixels.</summary>
    public int Side => Math.Max(Width, Height);

    /// <summary>Pixels of padding at the left.</summary>
    public int OffsetX => (Side - Width) / 2;

    /// <summary>Pixels of padding at the top.</summary>
    public int OffsetY => (Side - Height) / 2;

    /// <summary>A point in pixels of the model's input.</summary>
    public PixelPoint ToModel(PixelPoint point) => new(Scale(point.X + OffsetX), Scale(point.Y + OffsetY));

    /// <summary>A box in pixels of the model's input.</summary>
    public PixelBox ToModel(PixelBox box) =>
        new(Scale(box.X0 + OffsetX), Scale(box.Y0 + OffsetY), Scale(box.X1 + OffsetX), Scale(box.Y1 + OffsetY));

    /// <summary>
    /// A box as the published demo computes it: the padding is added to its top left corner only, so that in a picture that is
    /// not square the box comes out too small. Only for comparisons with the published system.
    /// </summary>
    public PixelBox ToModelAsPublished(PixelBox box) =>
        new(Scale(box.X0 + OffsetX), Scale(box.Y0 + OffsetY), Scale(box.X1), Scale(box.Y1));

    /// <summary>A mask in pixels of the model's input: padded with zeros and resized to the nearest pixel.</summary>
    /// <exception cref="OmgLlavaException">The mask has another size than the picture.</exception>
    public Mask ToModel(Mask mask)
    {
        if (mask.Width != Width || mask.Height != Height)
        {
            throw new OmgLlavaException(
                $"The mask is {mask.Width} x {mask.Height} pixels, but the image is {Width} x {Height}; they must be the same "
                    + $"size."
            );
        }

        bool[] pixels = new bool[ModelSize * ModelSize];
        for (int y = 0; y < ModelSize; y++)
        {
            int sy = Nearest(y) - OffsetY;
            for (int x = 0; x < ModelSize && sy >= 0 && sy < Height; x++)
            {
                int sx = Nearest(x) - OffsetX;
                pixels[(y * ModelSize) + x] = sx >= 0 && sx < Width && mask[sx, sy];
            }
        }

        return new Mask(ModelSize, ModelSize, pixels);
    }

    private float Scale(float value) => value / Side * ModelSize;

    /// <summary>The cell of the padded square that torch's nearest interpolation takes: floor(i * side / size) in
    /// float32.</summary>
    private int Nearest(int i) => Math.Min((int)MathF.Floor(i * ((float)Side / ModelSize)), Side - 1);
}
