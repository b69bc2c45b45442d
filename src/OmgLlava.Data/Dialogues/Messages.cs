using OmgLlava.Data.Json;

namespace OmgLlava.Data.Dialogues;

/// <summary>Reads the list of messages that LLaVA's layout has (<c>from</c>: human or gpt, <c>value</c>).</summary>
internal static class Messages
{
    /// <summary>
    /// Questions with their answers. As in the published loader an answer before the first question is left out, and questions after each other
    /// are one question.
    /// </summary>
    /// <exception cref="OmgLlavaException">A message is from somebody else, or nothing is answered.</exception>
    public static IReadOnlyList<(string Question, string Answer)> Read(JsonRecord record, Func<string, string> clean)
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
}
