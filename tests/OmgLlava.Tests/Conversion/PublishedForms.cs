using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Tests.Weights;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Conversion;

/// <summary>The golden model taken apart and put together again as other programs save it.</summary>
internal static class PublishedForms
{
    public static string OmgSeg => TinyModel.Files.Paths[0];

    public static string Classes => TinyModel.Files.Paths[1];

    public static string Language => TinyModel.Files.Paths[2];

    public static string Tuned => TinyModel.Files.Paths[3];

    /// <summary>A file of the forms that people have.</summary>
    public static string Sample(string name) => Path.Combine(Repository.Tests, "checkpoints", name);

    /// <summary>The golden files, some of them replaced.</summary>
    public static PublishedFiles Files(
        string? omgSeg = null,
        string? language = null,
        string[]? tuned = null,
        params string[] others
    ) => TinyModel.Files with { Paths = [omgSeg ?? OmgSeg, Classes, language ?? Language, .. tuned ?? [Tuned], .. others] };

    /// <summary>Writes tensors of a file under other names; those without a name are left out.</summary>
    public static string Rename(string from, string to, Func<string, string?> name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using var scope = NewDisposeScope();
        using ITensorSource source = TensorSources.Open(from);
        TorchTensors.Write(
            to,
            source.Tensors.Keys.Where(key => name(key) is not null).ToDictionary(key => name(key)!, key => source.Read(key))
        );
        return to;
    }

    /// <summary>The backbone of OMG-Seg as OpenCLIP names it.</summary>
    public static string? ToOpenClip(string name) =>
        !name.StartsWith("backbone.", StringComparison.Ordinal)
            ? null
            : Regex
                .Replace(
                    name,
                    @"^backbone\.layer(\d)\.",
                    match => $"visual.trunk.stages.{int.Parse(match.Groups[1].Value, null) - 1}."
                )
                .Replace("backbone.stem.", "visual.trunk.stem.", StringComparison.Ordinal)
                .Replace("backbone.head.0.norm.", "visual.trunk.head.norm.", StringComparison.Ordinal)
                .Replace("backbone.head.1.", "visual.head.", StringComparison.Ordinal);

    /// <summary>A name in a PEFT folder; null for what such a folder does not hold.</summary>
    public static string? ToPeft(string name) =>
        name.StartsWith("llm.", StringComparison.Ordinal)
            ? name["llm.".Length..]
                .Replace(".default.", ".", StringComparison.Ordinal)
                .Replace(".base_layer.", ".", StringComparison.Ordinal)
            : null;

    /// <summary>A PEFT folder, as XTuner's export has one.</summary>
    public static string WriteAdapter(string folder, int rank = 8, string more = "")
    {
        Rename(Tuned, Path.Combine(folder, "adapter_model.safetensors"), ToPeft);
        File.WriteAllText(
            Path.Combine(folder, "adapter_config.json"),
            $$"""{"peft_type": "LORA", "r": {{rank}}, "lora_alpha": 4{{more}}}"""
        );
        return folder;
    }

    /// <summary>XTuner's export: adapter, projectors and the mask decoder, each in a folder of its own and without its first
    /// name.</summary>
    public static string WriteExport(string folder)
    {
        WriteAdapter(Path.Combine(folder, "llm_adapter"));
        foreach (string part in (string[])["projector", "projector_text2vision", "visual_encoder"])
        {
            string prefix = part + ".";
            Rename(
                Tuned,
                Path.Combine(folder, part, "model.safetensors"),
                name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null
            );
        }

        return folder;
    }

    /// <summary>The language model with its adapters merged and its tokens added, as Hugging Face saves it.</summary>
    public static string WriteMerged(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["config.json", "tokenizer.model", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(Language, name), Path.Combine(folder, name));
        }

        using var scope = NewDisposeScope();
        using ITensorSource plain = TensorSources.Open(Language),
            tuned = TensorSources.Open(Tuned);
        var tensors = plain.Tensors.Keys.ToDictionary(
            name => name,
            name =>
            {
                string own = $"llm.base_model.model.{name}",
                    layer = own[..^".weight".Length];
                Tensor value =
                    tuned.Tensors.ContainsKey(own) ? tuned.Read(own)
                    : tuned.Tensors.ContainsKey($"{layer}.base_layer.weight") ? tuned.Read($"{layer}.base_layer.weight")
                    : plain.Read(name).to(float32);
                return tuned.Tensors.ContainsKey($"{layer}.lora_A.default.weight")
                    ? value.add(
                        tuned.Read($"{layer}.lora_B.default.weight").matmul(tuned.Read($"{layer}.lora_A.default.weight")).mul(0.5)
                    )
                    : value;
            }
        );
        TorchTensors.Write(Path.Combine(folder, "model.safetensors"), tensors);
        Edit(Path.Combine(folder, "config.json"), config => config["vocab_size"] = 340);
        return folder;
    }

    /// <summary>Puts a trainer's bookkeeping around the weights of a PyTorch file: {"message_hub": ..., NAME: weights,
    /// "optimizer": None}.</summary>
    public static string Wrap(string from, string to, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using ZipArchive source = ZipFile.OpenRead(from),
            target = ZipFile.Open(to, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in source.Entries)
        {
            using var content = new MemoryStream();
            using (Stream stored = entry.Open())
            {
                stored.CopyTo(content);
            }

            byte[] bytes = content.ToArray();
            if (entry.Name == "data.pkl")
            {
                var before = new PickleWriter()
                    .EmptyDictionary()
                    .Text("message_hub")
                    .EmptyDictionary()
                    .Text("train/loss")
                    .Global("mmengine.logging.history_buffer", "HistoryBuffer")
                    .Bytes((byte)')', 0x81)
                    .EmptyDictionary()
                    .Text("_statistics_methods")
                    .Global("__builtin__", "getattr")
                    .Mark()
                    .Global("mmengine.logging.history_buffer", "HistoryBuffer")
                    .Text("min")
                    .Tuple()
                    .Reduce()
                    .SetItem()
                    .Bytes((byte)'b')
                    .SetItem()
                    .SetItem()
                    .Text("meta")
                    .Global("collections", "Counter")
                    .Mark()
                    .EmptyDictionary()
                    .Tuple()
                    .Reduce()
                    .SetItem()
                    .Text(name);
                byte[] after = new PickleWriter().SetItem().Text("optimizer").Bytes((byte)'N').SetItem().Stop().Content;
                bytes = [.. before.Content, .. bytes[2..^1], .. after[2..]];
            }

            using Stream written = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            written.Write(bytes);
        }

        return to;
    }

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string path, Action<JsonObject> change)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(root);
        File.WriteAllText(path, root.ToJsonString());
    }

    /// <summary>Converts and returns the bytes of the weights.</summary>
    public static byte[] Convert(PublishedFiles files, ConversionOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        using var converter = CheckpointConverter.Open(
            files,
            (options ?? new ConversionOptions()) with
            {
                LanguageType = ElementType.Float32,
                Name = "golden",
            }
        );
        converter.Write(folder["model"]);
        return File.ReadAllBytes(folder["model/model.safetensors"]);
    }

    /// <summary>Why files are refused.</summary>
    public static string Refusal(PublishedFiles files, ConversionOptions? options = null) =>
        Assert
            .Throws<OmgLlavaException>(() =>
            {
                using var converter = CheckpointConverter.Open(files, options);
                converter.Account.ThrowIfWrong();
            })
            .Message;
}
