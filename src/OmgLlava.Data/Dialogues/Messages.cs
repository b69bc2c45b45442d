using OmgLlava.Data.Json;

namespace OmgLlava.Data.Dialogues;

/// <summary>Reads the list of messages that LLaVA's layout has (<c>from</c>: human or gpt, <c>value</c>).</summary>
internal static class Messages
{
    private static readonly string[] Markers = ["[SEG]", "<image>"];

    /// <summary>
    /// Questions with their answers. As in the published loader an answer before the first question is left out, and questions
    /// after each other are one question.
    /// </summary>
    /// <param name="record">The record with its <c>conversations</c>.</param>
    /// <param name="clean">Takes a text as its data set means it.</param>
    /// <param name="own">Whether an answer that holds a token of the model is refused, or taken as it is cleaned.</param>
    /// <exception cref="OmgLlavaException">A message is from somebody else, or nothing is answered.</exception>
    public static IReadOnlyList<(string Question, string Answer)> Read(
        JsonRecord record,
        Func<string, string> clean,
        bool own = false
    )
    {
        var turns = new List<(string, string)>();
        string question = "";
        foreach (JsonRecord message in record.List("conversations"))
        {
            string text = clean(message.Text("value"));
            switch (message.Text("from"))
            {
                case "human":
                    question = question.Length == 0 ? text : $"{question}\n{text}";
                    break;
                case "gpt" when question.Length > 0:
                    if (own)
                    {
                        RequireWords(message);
                    }

                    turns.Add((question, text));
                    question = "";
                    break;
                case "gpt" when turns.Count == 0:
                    break;
                case "gpt":
                    throw message.Error("it answers no question");
                default:
                    throw message.Error($"it is from '{message.Text("from")}', neither human nor gpt");
            }
        }

        return turns.Count > 0 ? turns : throw record.Error("its 'conversations' hold no question with an answer");
    }

    /// <summary>An answer that holds a token of the model is a mistake: no mask comes with it, and learning would take the token
    /// apart.</summary>
    private static void RequireWords(JsonRecord message)
    {
        string answer = message.Text("value");
        if (string.IsNullOrWhiteSpace(answer))
        {
            throw message.Error("the answer is empty");
        }

        if (Array.Find(Markers, marker => answer.Contains(marker, StringComparison.Ordinal)) is { } found)
        {
            throw message.Error(
                $"the answer holds a literal '{found}'; answers with masks belong into captions.json or referring.json, and "
                    + $"no answer shows an image"
            );
        }
    }
}
