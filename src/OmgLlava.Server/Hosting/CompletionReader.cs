using System.Text.Json;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>Checks a request in OpenAI's shape: what cannot be done is refused, what changes nothing is passed over.</summary>
internal static class CompletionReader
{
    /// <summary>Most answers to one question.</summary>
    public const int MaxChoices = 8;

    // What OpenAI's clients, and those of servers like this one, send without changing what this server would answer.
    private static readonly string[] Harmless =
    [
        "user",
        "store",
        "metadata",
        "service_tier",
        "parallel_tool_calls",
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "prompt_cache_options",
        "modalities",
        "reasoning_effort",
        "reasoning",
        "verbosity",
        "keep_alive",
        "think",
        "options",
        "cache_prompt",
        "id_slot",
        "slot_id",
        "chat_template_kwargs",
        "extra_body",
        "thinking",
        "stream_tokens",
        "typical_p",
        "repeat_last_n",
        "include",
        "truncation",
        "max_tool_calls",
        "context_management",
        "min_tokens",
        "ignore_eos",
        "skip_special_tokens",
        "best_of",
        "echo",
        "suffix",
        "timings_per_token",
        "provider",
        "transforms",
        "route",
    ];

    /// <summary>Refuses what cannot be done.</summary>
    /// <exception cref="ApiException">The request asks for it.</exception>
    public static void Check(CompletionRequest request, ServerOptions options)
    {
        CheckOthers(request.Others ?? []);
        if (request.N is < 1 or > MaxChoices)
        {
            throw ApiException.BadRequest($"'n' must be 1 to {MaxChoices}, not {request.N}.");
        }

        if (ApiJson.Full(request.Messages, "messages").Count == 0)
        {
            throw ApiException.BadRequest("'messages' is empty.");
        }

        if (request.Messages.Count > 2 * options.MaxTurns)
        {
            throw ApiException.BadRequest(
                $"There are {request.Messages.Count} messages; this server takes {2 * options.MaxTurns}."
            );
        }
    }

    /// <summary>Checks the fields that this server does not read. Tools are passed over only where they are not to be
    /// called.</summary>
    /// <exception cref="ApiException">One is unknown, or asks for what is not there.</exception>
    public static void CheckOthers(IReadOnlyDictionary<string, JsonElement> others)
    {
        bool never = others.TryGetValue("tool_choice", out JsonElement choice) && Is(choice, "none");
        foreach ((string name, JsonElement value) in others)
        {
            bool empty =
                value.ValueKind is JsonValueKind.Null or JsonValueKind.False
                || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
            bool known = name switch
            {
                "tools" or "functions" => empty || never ? true : throw Refuse("tools"),
                "tool_choice" or "function_call" => value.ValueKind == JsonValueKind.Null
                || Is(value, "none")
                || Is(value, "auto")
                    ? true
                    : throw Refuse("tools"),
                "audio" or "prediction" or "web_search_options" => empty ? true : throw Refuse(name),
                _ => value.ValueKind == JsonValueKind.Null || Harmless.Contains(name),
            };
            if (!known)
            {
                throw ApiException.BadRequest($"Unknown field '{name}'.");
            }
        }
    }

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static ApiException Refuse(string what) => ApiException.BadRequest($"This server does not have {what}.");
}
