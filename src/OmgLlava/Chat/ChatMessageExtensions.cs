using System.Text.Json;
using Microsoft.Extensions.AI;
using OmgLlava.Json;

namespace OmgLlava.Chat;

/// <summary>Pointing at things in a message.</summary>
public static class ChatMessageExtensions
{
    private const string Key = "prompts";

    /// <summary>Adds what the message points at. They are kept as JSON, so that middleware can store messages.</summary>
    /// <param name="message">A user's message.</param>
    /// <param name="prompts">Points, boxes and regions in pixels of the user's picture, for <c>&lt;mark&gt;</c> and
    /// <c>&lt;region&gt;</c> in the text.</param>
    /// <returns>The message.</returns>
    public static ChatMessage PointAt(this ChatMessage message, params VisualPrompt[] prompts)
    {
        foreach (VisualPrompt prompt in prompts)
        {
            Add(message, PromptJson.Of(prompt));
        }

        return message;
    }

    /// <summary>Adds one thing that the message points at by a name.</summary>
    /// <param name="message">A user's message.</param>
    /// <param name="name">Letters, digits, <c>-</c> and <c>_</c>; the text says <c>&lt;name&gt;</c>.</param>
    /// <param name="prompt">Point, box or region.</param>
    /// <returns>The message.</returns>
    public static ChatMessage PointAt(this ChatMessage message, string name, VisualPrompt prompt)
    {
        Add(message, PromptJson.Of(prompt, name));
        return message;
    }

    /// <summary>What the message points at.</summary>
    internal static IReadOnlyList<PromptJson> PointedAt(this ChatMessage message) =>
        message.AdditionalProperties?.GetValueOrDefault(Key) switch
        {
            JsonElement json => json.Deserialize(ReplyJson.Options.Of<PromptJson[]>()) ?? [],
            _ => [],
        };

    private static void Add(ChatMessage message, PromptJson prompt)
    {
        message.AdditionalProperties ??= [];
        message.AdditionalProperties[Key] = JsonSerializer.SerializeToElement(
            [.. message.PointedAt(), prompt],
            ReplyJson.Options.Of<PromptJson[]>()
        );
    }
}
