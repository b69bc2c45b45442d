using OmgLlava.Data;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>Questions about a picture in groups, each of which has its turn when some are chosen.</summary>
internal static class TurnGroups
{
    /// <summary>The questions of each task in as many groups as the mix wants of it.</summary>
    /// <param name="turns">All that can be asked.</param>
    /// <param name="mix">See <see cref="Recipes.DataRecipe.Mix"/>.</param>
    public static IReadOnlyList<IReadOnlyList<ConversationTurn>> Of(
        IEnumerable<SceneTurn> turns,
        IReadOnlyDictionary<SceneTask, int> mix
    ) => [.. turns.GroupBy(turn => turn.Task).SelectMany(task => Deal(task, mix.GetValueOrDefault(task.Key, 1)))];

    private static IEnumerable<IReadOnlyList<ConversationTurn>> Deal(IEnumerable<SceneTurn> turns, int groups) =>
        groups == 0
            ? []
            : turns.Index().GroupBy(turn => turn.Index % groups, turn => turn.Item.Turn).Select(group => group.ToArray());
}
