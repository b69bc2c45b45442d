using System.Globalization;
using System.Text.Json;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Weights;

namespace OmgLlava.Bench;

/// <summary>The published files in their full shapes, with zeros for numbers: sparse files that take no room on the
/// disk.</summary>
internal static class PublishedShapes
{
    private const int Shards = 8;

    /// <summary>Writes all files of the general fine-tuning into a folder, as the publisher's page has them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="table">The table of the official tensors: file, name, shape, type.</param>
    public static void Write(string folder, string table)
    {
        string[][] rows = [.. File.ReadLines(table).Where(line => !line.StartsWith('#')).Select(line => line.Split('\t'))];
        string language = Path.Combine(folder, "internlm2-chat-7b");
        Directory.CreateDirectory(language);
        MadeUpVocabulary.Write(language, LanguageConfig.InternLm2Chat7B.VocabularySize);
        File.WriteAllText(Path.Combine(language, "config.json"), JsonSerializer.Serialize(LanguageConfig.InternLm2Chat7B));
        Zeros(
            Path.Combine(folder, "omg_seg_convl.safetensors"),
            Of("omg_seg").Where(info => !info.Name.StartsWith("backbone.", StringComparison.Ordinal))
        );
        Zeros(
            Path.Combine(folder, "open_clip_model.safetensors"),
            Of("omg_seg")
                .Where(info => info.Name.StartsWith("backbone.", StringComparison.Ordinal))
                .Select(info => info with { Name = OpenClip(info.Name) })
        );
        Zeros(
            Path.Combine(folder, "ov_class_embed.safetensors"),
            Of("ov_class_embed").Select(info => info with { Name = "ov_class_embed" })
        );
        Zeros(Path.Combine(folder, "omg_llava_7b_finetune_8gpus.safetensors"), Of("omg_llava_finetune"));
        TensorInfo[] words = [.. Of("internlm2")];
        foreach ((int index, TensorInfo[] shard) in words.Chunk((words.Length + Shards - 1) / Shards).Index())
        {
            Zeros(Path.Combine(language, $"model-{index + 1:D5}-of-{Shards:D5}.safetensors"), shard);
        }

        IEnumerable<TensorInfo> Of(string file) =>
            rows.Where(row => row[0] == file).Select(row => new TensorInfo(row[1], Type(row[3]), Shape(row[2])));
    }

    private static void Zeros(string path, IEnumerable<TensorInfo> tensors)
    {
        TensorInfo[] all = [.. tensors];
        using FileStream file = File.Create(path);
        file.Write(SafetensorsHeader.Write(all, null));
        file.SetLength(file.Position + all.Sum(info => info.ByteCount));
    }

    private static string OpenClip(string name)
    {
        string[] parts = name.Split('.', 3); // backbone, layer1, the rest
        return parts[1].StartsWith("layer", StringComparison.Ordinal) ? $"visual.trunk.stages.{parts[1][^1] - '1'}.{parts[2]}"
            : parts[1] == "stem" ? $"visual.trunk.stem.{parts[2]}"
            : parts[2].StartsWith("0.norm.", StringComparison.Ordinal) ? $"visual.trunk.head.{parts[2][2..]}"
            : $"visual.head.{parts[2][2..]}";
    }

    private static ElementType Type(string name) =>
        name.Trim() switch
        {
            "bfloat16" => ElementType.BFloat16,
            "float16" => ElementType.Float16,
            _ => ElementType.Float32,
        };

    /// <summary>[192, 3, 4, 4]; P is a number that the published texts do not say.</summary>
    private static long[] Shape(string text) =>
        [
            .. text.Trim('[', ']')
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(size =>
                    long.TryParse(size.Trim('"', '\''), CultureInfo.InvariantCulture, out long number)
                        ? number
                        : new PerceptionConfig().ClassPrototypes
                ),
        ];
}
