using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// Makes a decoder query of a point in the image. Boxes and regions enter by a point of theirs; their extent acts through a
/// <see cref="LookConstraint"/>, and
/// with <see cref="PerceptionConfig.Places"/> in the query too.
/// </summary>
internal sealed class PromptEncoder
{
    /// <summary>Half the side, in pixels of the model's input, of the box that stands for a point.</summary>
    private const float PointRadius = 3;

    private readonly Tensor _maskToken;
    private readonly Tensor _labelEmbedding;
    private readonly PackedMatrix _positionProjection;
    private readonly PackedMatrix? _places;
    private readonly int _channels;

    public PromptEncoder(WeightReader weights, PerceptionConfig config)
    {
        _channels = config.Channels;
        _maskToken = weights.Tensor("mask_token", 1, _channels);
        _labelEmbedding = weights.Tensor("label_embedding", 2, _channels);
        _positionProjection = weights.At("position_projection").Linear(2 * _channels, _channels);
        _places = config.Places ? weights.At("places").Linear(6 * Waves.PerCoordinate, _channels) : null;
    }

    /// <summary>Queries for points.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="points">(N, 2): x, y in pixels of the model's input.</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <param name="boxes">(N, 4): the box or the region's bounds, x0, y0, x1, y1 relative to the image; null for points, which
    /// may mean anything around
    /// them. Only <see cref="PerceptionConfig.Places"/> looks at them.</param>
    /// <returns>Content and position, each (N, C).</returns>
    public (Tensor Content, Tensor Position) Encode(
        Kernels kernels,
        Tensor points,
        (int Height, int Width) size,
        Tensor? boxes = null
    )
    {
        int count = points.Rows;
        using var around = new Tensor(count, 4); // cx, cy, w, h
        using var places = new Tensor(count, 6);
        var content = new Tensor(count, _channels);
        for (int n = 0; n < count; n++)
        {
            for (int i = 0; i < 2; i++)
            {
                float side = i == 0 ? size.Width : size.Height;
                float first = (points.Row(n)[i] - PointRadius) / side;
                float second = (points.Row(n)[i] + PointRadius) / side;
                around.Row(n)[i] = Rounded((first + second) / 2);
                around.Row(n)[i + 2] = Rounded(second - first);
                places.Row(n)[i] = points.Row(n)[i] / side;
            }

            ((ReadOnlySpan<float>)(boxes is null ? [0, 0, 1, 1] : boxes.Row(n))).CopyTo(places.Row(n)[2..]);
            // Points, boxes and regions all carry label 0; the published code never uses label 1.
            _labelEmbedding.Row(0).CopyTo(content.Row(n));
        }

        kernels.AddRow(content, _maskToken.Row(0));
        if (_places is not null)
        {
            using Tensor waves = Waves.OfPlaces(places, DecoderMemory.PlaceHeight);
            kernels.Multiply(waves, _places, content, add: true);
        }

        using Tensor encoding = Waves.Boxes(around, _channels / 2);
        return (content, kernels.Multiply(encoding, _positionProjection));
    }

    /// <summary>The sigmoid of the inverse sigmoid, whose terms the published code keeps above 1e-5.</summary>
    private static float Rounded(float x)
    {
        float inside = Math.Clamp(x, 0, 1);
        float logit = MathF.Log(MathF.Max(inside, 1e-5f) / MathF.Max(1 - inside, 1e-5f));
        return 1 / (1 + MathF.Exp(-logit));
    }
}
