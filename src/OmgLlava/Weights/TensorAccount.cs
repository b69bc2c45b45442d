namespace OmgLlava.Weights;

/// <summary>What does not fit between the tensors that a model needs and those that files hold.</summary>
/// <param name="Missing">Needed, but in no file.</param>
/// <param name="Unexpected">In a file, but neither needed nor known as leftovers.</param>
/// <param name="Misshapen">Of another shape than needed, each with both shapes.</param>
internal sealed record TensorAccount(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Misshapen
)
{
    private const int Shown = 8;

    /// <summary>Whether every tensor has its place.</summary>
    public bool IsBalanced => Missing.Count + Unexpected.Count + Misshapen.Count == 0;

    /// <summary>Compares the tensors that are needed with those that a source holds.</summary>
    public static TensorAccount Of(IEnumerable<TensorInfo> needed, IReadOnlyDictionary<string, TensorInfo> found)
    {
        var expected = needed.ToDictionary(info => info.Name);
        return new TensorAccount(
            [.. expected.Keys.Where(name => !found.ContainsKey(name))],
            [.. found.Keys.Where(name => !expected.ContainsKey(name))],
            [
                .. expected
                    .Values.Where(info =>
                        found.TryGetValue(info.Name, out TensorInfo? held) && !held.Shape.SequenceEqual(info.Shape)
                    )
                    .Select(info => $"{info.Name} is {found[info.Name].ShapeText} instead of {info.ShapeText}"),
            ]
        );
    }

    /// <summary>Throws when the account does not balance.</summary>
    /// <param name="path">Where the tensors come from.</param>
    /// <exception cref="OmgLlavaException">It does not; the message lists the first of each kind.</exception>
    public void ThrowIfWrong(string path)
    {
        if (!IsBalanced)
        {
            throw new OmgLlavaException($"The weights in '{path}' do not fit the model: {string.Join("; ", Lines())}.");
        }
    }

    private IEnumerable<string> Lines()
    {
        foreach (
            (string what, IReadOnlyList<string> names) in (IEnumerable<(string, IReadOnlyList<string>)>)
                [("missing", Missing), ("unexpected", Unexpected), ("misshapen", Misshapen)]
        )
        {
            if (names.Count > 0)
            {
                string more = names.Count > Shown ? $" and {names.Count - Shown} more" : "";
                yield return $"{names.Count} {what} ({string.Join(", ", names.Take(Shown))}{more})";
            }
        }
    }
}
