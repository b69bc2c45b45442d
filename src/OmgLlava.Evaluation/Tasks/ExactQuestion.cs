using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>A question with one right answer.</summary>
/// <param name="Id">Names it in results.</param>
/// <param name="Kind">What it asks for, such as how many; questions of a kind are also counted apart.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Prompts">Makes what it points at.</param>
public sealed record ExactQuestion(
    string Id,
    string Kind,
    string ImagePath,
    string Text,
    string Answer,
    Func<IReadOnlyList<VisualPrompt>> Prompts
)
{
    /// <summary>Puts it to the model.</summary>
    public Probe ToProbe() => Probe.Ask(Id, ImagePath, Text, Prompts());

    /// <summary>
    /// The questions of conversations about pictures, each asked alone. A word before a slash in an id is the kind.
    /// </summary>
    public static IReadOnlyList<ExactQuestion> Of(IReadOnlyList<Conversation> conversations) =>
        [
            .. conversations
                .Where(conversation => conversation.ImagePath is not null)
                .SelectMany(conversation =>
                    conversation.Turns.Select(
                        (turn, i) =>
                            new ExactQuestion(
                                conversation.Turns.Count == 1 ? conversation.Id : $"{conversation.Id}.{i + 1}",
                                KindOf(conversation.Id),
                                conversation.ImagePath!,
                                turn.Question,
                                turn.Answer,
                                () => turn.Prompts
                            )
                    )
                ),
        ];

    /// <summary>What things are called, pointed at in one way.</summary>
    public static IReadOnlyList<ExactQuestion> Names(IReadOnlyList<NamedObject> objects, PromptKind kind)
    {
        var questions = new List<ExactQuestion>();
        for (int i = 0; i < objects.Count; i++)
        {
            NamedObject thing = objects[i];
            if (!thing.Region.IsEmpty)
            {
                string question = NameTemplate.Ask(kind == PromptKind.Point ? "<mark>" : "<region>");
                questions.Add(
                    new ExactQuestion(
                        thing.Id,
                        "",
                        thing.ImagePath,
                        question,
                        thing.Name,
                        () => [ObjectPrompt.Of(thing.Region.ToMask(), kind)]
                    )
                );
            }
        }

        return questions;
    }

    private static string KindOf(string id) => id.Split('/') is [var kind, _, ..] && kind.All(char.IsAsciiLetter) ? kind : "";
}
