using System.Text.Json;

namespace OmgLlava.Conversion;

/// <summary>What <c>adapter_config.json</c> says of the adapters beside it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rank">Rank r.</param>
/// <param name="Alpha">Alpha, so that the adapters are scaled by Alpha / Rank.</param>
internal sealed record PeftConfig(string Path, int Rank, double Alpha)
{
    /// <summary>Name of the file in a PEFT folder.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>Reads the file of a PEFT folder; null where there is none.</summary>
    /// <exception cref="OmgLlavaException">The file is damaged, or describes adapters of a kind that cannot be merged as W +
    /// scale B A.</exception>
    public static PeftConfig? Find(string folder)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonFile.Read(path, root => Read(path, root)) : null;
    }

    private static PeftConfig Read(string path, JsonElement root)
    {
        string type = root.TryGetProperty("peft_type", out JsonElement kind) ? kind.GetString() ?? "" : "LORA";
        int rank = root.TryGetProperty("r", out JsonElement r) ? r.GetInt32() : 0;
        string? unsupported =
            type != "LORA" ? $"adapters of the kind {type}"
            : IsOn(root, "use_dora") ? "DoRA"
            : IsOn(root, "fan_in_fan_out") ? "fan_in_fan_out"
            : HasEntries(root, "rank_pattern") || HasEntries(root, "alpha_pattern") ? "ranks or alphas that differ by layer"
            : root.TryGetProperty("bias", out JsonElement bias)
            && bias.ValueKind == JsonValueKind.String
            && bias.GetString() != "none"
                ? "trained biases"
            : rank < 1 ? "no rank 'r'"
            : null;
        if (unsupported is not null)
        {
            throw new OmgLlavaException(
                $"'{path}' has {unsupported}, which this program cannot merge; merge the adapter with PEFT and give the "
                    + $"merged folder instead."
            );
        }

        double alpha =
            root.TryGetProperty("lora_alpha", out JsonElement a) && a.ValueKind == JsonValueKind.Number ? a.GetDouble() : rank;
        // rank-stabilised: alpha / sqrt(r)
        return new PeftConfig(path, rank, IsOn(root, "use_rslora") ? alpha * Math.Sqrt(rank) : alpha);
    }

    private static bool IsOn(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static bool HasEntries(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().Any();
}
