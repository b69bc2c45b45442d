using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>What is known of a photograph.</summary>
/// <param name="Objects">What was labelled.</param>
/// <param name="Ignored">Pixels of which nothing can be said, such as those of a group that was not taken apart; null for
/// none.</param>
/// <param name="Complete">Classes of which nothing is in the photograph beside the objects and what is ignored. Of all others
/// there may be more.</param>
public sealed record PhotoLabels(IReadOnlyList<PhotoObject> Objects, Mask? Ignored, IReadOnlyList<string> Complete)
{
    /// <summary>Classes some of whose things are among what is ignored: groups that were not taken apart.</summary>
    public IReadOnlyList<string> Grouped { get; init; } = [];
}
