using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Server.Contracts;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>A conversation in OpenAI's shape: its messages from the last new picture on, which is what the model can be asked
/// about.</summary>
/// <param name="PictureUrl">The address of the picture; null for a conversation in words alone.</param>
/// <param name="Messages">The instructions, and the messages about the picture.</param>
internal sealed record Conversation(string? PictureUrl, IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>Finds the picture that a conversation is about: the last one that came with a user's turn. What was said before
    /// is about another.</summary>
    /// <exception cref="ApiException">One turn brings several pictures, or a message cannot be read.</exception>
    public static Conversation Of(IReadOnlyList<ChatMessage> messages)
    {
        (string? picture, bool isNew, int start, int turn) = (null, false, 0, 0);
        foreach ((int index, ChatMessage message) in messages.Index())
        {
            if (message.Role == "assistant")
            {
                (isNew, turn) = (false, index + 1);
                continue;
            }

            foreach (string url in Pictures(message))
            {
                if (url != picture)
                {
                    picture = isNew
                        ? throw ApiException.BadRequest(
                            "A question brings several pictures, but it can be about one; ask about each in a turn of its own."
                        )
                        : url;
                    (isNew, start) = (true, turn);
                }
            }
        }

        return new Conversation(picture, [.. messages.Take(start).Where(IsInstruction), .. messages.Skip(start)]);
    }

    /// <summary>Reads the conversation.</summary>
    /// <param name="model">The model that is asked.</param>
    /// <param name="image">The picture's size; null for none.</param>
    /// <param name="generation">How to answer.</param>
    /// <param name="options">The server's limits.</param>
    /// <exception cref="OmgLlavaException">Roles do not take turns, or the last message is not the user's.</exception>
    public Questioning Read(OmgLlavaModel model, ImageGeometry? image, GenerationOptions generation, ServerOptions options)
    {
        var dialogue = new Dialogue();
        foreach (ChatMessage message in Messages)
        {
            string text = TextOf(message);
            if (IsInstruction(message))
            {
                dialogue.Instruct(text);
            }
            else if (message.Role == "assistant")
            {
                dialogue.Answer(text, ApiJson.Full(message.Grounding, "grounding").Select(entry => (entry.Start, entry.End)));
            }
            else
            {
                (string question, IReadOnlyList<VisualPrompt> prompts, bool exact) = Ask(model, text, message, image, options);
                dialogue.Ask(question, prompts, exact);
            }
        }

        (string last, IReadOnlyList<VisualPrompt> pointed) = dialogue.Question;
        return new Questioning(last, pointed, dialogue.Turns, generation);
    }

    private static (string Question, IReadOnlyList<VisualPrompt> Prompts, bool Exact) Ask(
        OmgLlavaModel model,
        string text,
        ChatMessage message,
        ImageGeometry? image,
        ServerOptions options
    )
    {
        if (image is null)
        {
            return message.Prompts is { Count: > 0 }
                ? throw ApiException.BadRequest("A message points at something, but the conversation has no picture.")
                : (text, [], false);
        }

        (string question, IReadOnlyList<VisualPrompt> prompts) = PromptReader.Read(text, message.Prompts, image, options);
        // A picture without words asks what it shows, a mark without words what is there.
        bool silent = string.IsNullOrWhiteSpace(question) && Pictures(message).Any();
        string asked =
            !silent ? question
            : prompts is [var only] ? Questions.Describe(only)
            : Questions.Caption;
        return (asked, prompts, silent || model.Understand(question, prompts).IsOf(question));
    }

    private static bool IsInstruction(ChatMessage message) => message.Role is "system" or "developer";

    private static IEnumerable<string> Pictures(ChatMessage message) =>
        ApiJson
            .Full(message.Content, "content")
            .Where(part => part.Type is "image_url" or "input_image")
            .Select(part =>
                part.ImageUrl?.Url ?? throw ApiException.BadRequest($"A part of type '{part.Type}' has no 'image_url'.")
            );

    private static string TextOf(ChatMessage message)
    {
        if (!IsInstruction(message) && message.Role is not ("user" or "assistant"))
        {
            throw ApiException.BadRequest(
                $"There is no role '{message.Role}' here; there are system, developer, user and assistant."
            );
        }

        return string.Join(
            '\n',
            ApiJson
                .Full(message.Content, "content")
                .Select(part =>
                    part.Type switch
                    {
                        "text" or "input_text" or "output_text" => part.Text
                            ?? throw ApiException.BadRequest($"A part of type '{part.Type}' has no 'text'."),
                        "image_url" or "input_image" when message.Role == "user" => null,
                        "refusal" when message.Role == "assistant" => null,
                        _ => throw ApiException.BadRequest(
                            $"A {message.Role}'s message cannot hold a part of type '{part.Type}'; there are 'text' and, for "
                                + $"users, 'image_url'."
                        ),
                    }
                )
                .OfType<string>()
        );
    }
}
