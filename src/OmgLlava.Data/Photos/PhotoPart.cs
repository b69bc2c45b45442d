namespace OmgLlava.Data.Photos;

/// <summary>Halves of a data set that brings no division of its own: every n-th item is held back for validation.</summary>
internal static class PhotoPart
{
    public const string Train = "train";
    public const string Validation = "val";

    /// <summary>The items of a part.</summary>
    /// <param name="items">All.</param>
    /// <param name="part">train, val, or null for all.</param>
    /// <param name="every">Of so many items the last is held back.</param>
    /// <exception cref="OmgLlavaException">There is no such part.</exception>
    public static T[] Of<T>(IEnumerable<T> items, string? part, int every) =>
        part switch
        {
            null => [.. items],
            Train => [.. items.Where((_, i) => i % every != every - 1)],
            Validation => [.. items.Where((_, i) => i % every == every - 1)],
            _ => throw new OmgLlavaException(
                $"There is no part '{part}' of these photographs; there are '{Train}' and '{Validation}'."
            ),
        };
}
