namespace OmgLlava.Server.Contracts;

/// <summary>A picture that the server holds.</summary>
/// <param name="Id">Names it by its content.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="PerceptionSeconds">How long looking at it took.</param>
/// <param name="Cached">Whether it had been looked at before.</param>
public sealed record ImageResponse(string Id, int Width, int Height, double PerceptionSeconds, bool Cached)
{
    /// <summary>Describes a picture.</summary>
    public static ImageResponse Of(Serving.Picture picture) =>
        new(
            picture.Id,
            picture.Perceived.Geometry.Width,
            picture.Perceived.Geometry.Height,
            Math.Round(picture.Perceived.Duration.TotalSeconds, 4),
            picture.WasCached
        );
}
