using System.Text;
using OmgLlava.Data;

namespace OmgLlava.World;

/// <summary>
/// Lists everything that is in sight, in an order that one must look for. No benchmark asks for it, but every word of such an
/// answer needs to be read off the picture, where of other answers hardly one does: so it teaches reading in a fraction of their
/// number.
/// </summary>
internal static class ListWriter
{
    private static readonly (string Order, Func<SceneThing, double> Key)[] Orders =
    [
        ("from left to right", thing => thing.Box.Center.X),
        ("from top to bottom", thing => thing.Box.Center.Y),
        ("from the largest to the smallest", thing => -thing.Area),
    ];

    /// <summary>A question and its answer for each order: "A red car at the top left, a cat, a dog on the right."</summary>
    public static IEnumerable<ConversationTurn> Write(Scene scene)
    {
        var describer = new SceneDescriber(scene);
        return Orders.Select(order => List(describer, order.Order, [.. scene.Things.OrderBy(order.Key)]));
    }

    private static ConversationTurn List(SceneDescriber describer, string order, SceneThing[] things)
    {
        var answer = new StringBuilder();
        var subjects = new List<AnswerSubject>();
        foreach (SceneThing thing in things)
        {
            int start = answer.Length;
            string item = English.A(SceneDescriber.Looks(thing)) + (describer.Place(thing) is { } place ? $" {place}" : "");
            answer.Append(start == 0 ? English.Capital(item) : item);
            subjects.Add(new AnswerSubject(start, answer.Length, thing.Mask));
            answer.Append(thing == things[^1] ? "." : ", ");
        }

        return new ConversationTurn($"List the things in the picture {order}.", answer.ToString(), [], [])
        {
            Subjects = subjects,
        };
    }
}
