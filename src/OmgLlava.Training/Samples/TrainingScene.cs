using OmgLlava.Data;
using OmgLlava.Imaging;

namespace OmgLlava.Training.Samples;

/// <summary>A picture with what is known of it.</summary>
/// <param name="Id">Names it in messages.</param>
/// <param name="Picture">The picture; null for text alone.</param>
/// <param name="Objects">What is in it; empty where only conversations are known.</param>
/// <param name="Dialogue">Writes questions and answers about it, one group for each task; a single group is a conversation as it
/// is. The perception stages never ask for them.</param>
internal sealed record TrainingScene(
    string Id,
    RgbImage? Picture,
    IReadOnlyList<SceneObject> Objects,
    Func<IReadOnlyList<IReadOnlyList<ConversationTurn>>> Dialogue
)
{
    /// <summary>Pixels of which nothing can be said; null for none.</summary>
    public Mask? Ignored { get; init; }

    /// <summary>Classes of which nothing is in the picture beside its objects and what is ignored; null for all
    /// classes.</summary>
    public IReadOnlyList<int>? Complete { get; init; }

    /// <summary>Some of the questions, each with what refers back to it: the tasks in random order, of each one question at
    /// random, and again until there are enough; a conversation as it is.</summary>
    /// <param name="count">Most questions, beside those that refer back, unless it is a conversation.</param>
    /// <param name="random">Chooses.</param>
    internal IReadOnlyList<ConversationTurn> Choose(int count, Random random)
    {
        IReadOnlyList<IReadOnlyList<ConversationTurn>> groups = Dialogue();
        if (groups.Count <= 1)
        {
            return groups.Count == 0 ? [] : groups[0];
        }

        ConversationTurn[][] shuffled = [.. groups.Select(group => group.ToArray())];
        random.Shuffle(shuffled);
        Array.ForEach(shuffled, random.Shuffle);
        return
        [
            .. Enumerable
                .Range(0, shuffled.Max(group => group.Length))
                .SelectMany(round => shuffled.Where(group => group.Length > round).Select(group => group[round]))
                .Take(count)
                .SelectMany(turn => turn.Next is { } next ? (ConversationTurn[])[turn, next] : [turn]),
        ];
    }
}
