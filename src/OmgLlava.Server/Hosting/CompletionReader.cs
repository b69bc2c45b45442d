using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Server.Contracts;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>Reads a conversation in OpenAI's shape.</summary>
internal static class CompletionReader
{
    // What OpenAI's clients send without changing what this server would answer.
    private static readonly string[] Harmless =
    [
        "user", "store", "metadata", "service_tier", "parallel_tool_calls", "frequency_penalty", "presence_penalty", "logit_bias", "safety_identifier",
        "prompt_cache_key", "prompt_cache_retention", "modalities", "reasoning_effort", "verbosity",
    ];

    /// <summary>The address of the one picture that the conversation is about.</summary>
    /// <exception cref="ApiException">There is none, or there are several.</exception>
    public static string PictureOf(CompletionRequest request)
    {
        string[] urls = [.. ApiJson.Full(request.Messages, "messages").SelectMany(message => ApiJson.Full(message.Content, "content")).Where(part => part.Type == "image_url")
            .Select(part => part.ImageUrl?.Url ?? throw ApiException.BadRequest("A part of type 'image_url' has no 'image_url'.")).Distinct()];
        return urls switch
        {
            [var one] => one,
            [] => throw ApiException.BadRequest("The conversation has no picture; add a part of type 'image_url' to a user's message."),
            _ => throw ApiException.BadRequest($"The conversation has {urls.Length} pictures; it can be about one."),
        };
    }

    /// <summary>Refuses what cannot be done.</summary>
    /// <exception cref="ApiException">The request asks for it.</exception>
    public static void Check(CompletionRequest request, ServerOptions options)
    {
        foreach ((string name, JsonElement value) in request.Others ?? [])
        {
            bool empty = value.ValueKind is JsonValueKind.Null or JsonValueKind.False || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
            bool known = name switch
            {
                "n" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int n) && n == 1 ? true : throw Refuse("several choices (n)"),
                "response_format" => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out JsonElement type) && Is(type, "text")
                    ? true : throw Refuse("JSON output (response_format)"),
                "tools" or "functions" => empty ? true : throw Refuse("tools"),
                "tool_choice" or "function_call" => value.ValueKind == JsonValueKind.Null || Is(value, "none") || Is(value, "auto") ? true : throw Refuse("tools"),
                "logprobs" or "top_logprobs" or "audio" or "prediction" or "web_search_options" => empty ? true : throw Refuse(name),
                _ => Harmless.Contains(name),
            };
            if (!known)
            {
                throw ApiException.BadRequest($"Unknown field '{name}'.");
            }
        }

        if (request.Messages.Count == 0)
        {
            throw ApiException.BadRequest("'messages' is empty.");
        }

        if (request.Messages.Count > 2 * options.MaxTurns)
        {
            throw ApiException.BadRequest($"There are {request.Messages.Count} messages; this server takes {2 * options.MaxTurns}.");
        }
    }

    /// <summary>The conversation.</summary>
    /// <exception cref="OmgLlavaException">Roles do not take turns, or the last message is not the user's.</exception>
    public static Questioning Read(CompletionRequest request, ImageGeometry image, ServerOptions options)
    {
        var dialogue = new Dialogue();
        foreach (ChatMessage message in request.Messages)
        {
            string text = TextOf(message);
            switch (message.Role)
            {
                case "system" or "developer":
                    dialogue.Instruct(text);
                    break;
                case "user":
                    (string question, IReadOnlyList<VisualPrompt> prompts) = PromptReader.Read(text, message.Prompts, image, options);
                    dialogue.Ask(question, prompts);
                    break;
                case "assistant":
                    dialogue.Answer(text, ApiJson.Full(message.Grounding, "grounding").Select(entry => (entry.Start, entry.End)));
                    break;
                default:
                    throw ApiException.BadRequest($"There is no role '{message.Role}' here; there are system, developer, user and assistant.");
            }
        }

        (string last, IReadOnlyList<VisualPrompt> pointed) = dialogue.Question;
        return new Questioning(
            last, pointed, dialogue.Turns,
            Questioning.Generation(request.MaxCompletionTokens ?? request.MaxTokens, request.Temperature, request.TopP, request.Seed, request.Stop, options), null);
    }

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string TextOf(ChatMessage message) => string.Join('\n', (message.Content ?? []).Select(part => part.Type switch
    {
        "text" => part.Text ?? throw ApiException.BadRequest("A part of type 'text' has no 'text'."),
        "image_url" when message.Role == "user" => null,
        _ => throw ApiException.BadRequest($"A {message.Role}'s message cannot hold a part of type '{part.Type}'; there are 'text' and, for users, 'image_url'."),
    }).OfType<string>());

    private static ApiException Refuse(string what) => ApiException.BadRequest($"This server does not have {what}.");
}
