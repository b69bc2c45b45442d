using System.Text;
using System.Text.Json.Nodes;
using OmgLlava.Files;

namespace OmgLlava.Weights;

/// <summary>Writes safetensors files, tensor by tensor, so that a model of any size needs the memory of one tensor.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Name of the index beside the shards of a large model.</summary>
    public const string IndexName = "model.safetensors.index.json";

    /// <summary>Writes one file; it appears under its name only when it is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Descriptions of the tensors in the order of writing.</param>
    /// <param name="read">Gives the bytes of one tensor: fills the span it is handed.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <param name="written">Called after each tensor with its bytes, for progress.</param>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyList<TensorInfo> tensors,
        TensorFiller read,
        IReadOnlyDictionary<string, string>? metadata = null,
        Action<TensorInfo>? written = null
    ) =>
        OutputFile.Write(
            path,
            file =>
            {
                file.Write(SafetensorsHeader.Write(tensors, metadata));
                // once: discarded ones pile up
                byte[] buffer = GC.AllocateUninitializedArray<byte>(
                    checked((int)tensors.Select(tensor => tensor.ByteCount).DefaultIfEmpty(0).Max())
                );
                foreach (TensorInfo tensor in tensors)
                {
                    int length = (int)tensor.ByteCount;
                    read(tensor, buffer.AsSpan(0, length));
                    file.Write(buffer, 0, length);
                    written?.Invoke(tensor);
                }
            }
        );

    /// <summary>
    /// Writes a model as one file, or as numbered shards with an index where it is larger than a shard.
    /// </summary>
    /// <param name="folder">Existing folder.</param>
    /// <param name="tensors">Descriptions of the tensors in the order of writing.</param>
    /// <param name="read">Gives the bytes of one tensor.</param>
    /// <param name="shardBytes">The most bytes of one file, unless a single tensor is larger.</param>
    /// <param name="written">Called after each tensor.</param>
    /// <exception cref="OmgLlavaException">The disk has too little room, or a file cannot be written.</exception>
    public static void WriteSharded(
        string folder,
        IReadOnlyList<TensorInfo> tensors,
        TensorFiller read,
        long shardBytes = 4L << 30,
        Action<TensorInfo>? written = null
    )
    {
        long total = tensors.Sum(tensor => tensor.ByteCount);
        DiskSpace.Require(folder, total);
        List<List<TensorInfo>> shards = [[]];
        long size = 0;
        foreach (TensorInfo tensor in tensors)
        {
            if (shards[^1].Count > 0 && size + tensor.ByteCount > shardBytes)
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += tensor.ByteCount;
        }

        if (shards.Count == 1)
        {
            Write(Path.Combine(folder, "model.safetensors"), shards[0], read, written: written);
            return;
        }

        var places = new Dictionary<string, string>();
        try
        {
            foreach ((int index, List<TensorInfo> shard) in shards.Index())
            {
                string name = $"model-{index + 1:D5}-of-{shards.Count:D5}.safetensors";
                Write(Path.Combine(folder, name), shard, read, written: written);
                shard.ForEach(tensor => places[tensor.Name] = name);
            }
        }
        catch
        {
            foreach (string name in places.Values.Distinct())
            {
                File.Delete(Path.Combine(folder, name)); // some shards are no model
            }

            throw;
        }

        var map = new JsonObject(places.Select(place => KeyValuePair.Create<string, JsonNode?>(place.Key, place.Value)));
        var content = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = map };
        byte[] json = Encoding.UTF8.GetBytes(content.ToJsonString());
        OutputFile.Write(Path.Combine(folder, IndexName), file => file.Write(json));
    }
}

/// <summary>Fills a span with the bytes of the tensor described.</summary>
internal delegate void TensorFiller(TensorInfo tensor, Span<byte> bytes);
