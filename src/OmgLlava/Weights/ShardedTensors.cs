using System.Text.Json;
using OmgLlava.Files;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>Several tensor files behind one set of names, as an index or a folder lists them.</summary>
internal sealed class ShardedTensors : ITensorSource
{
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, ITensorSource> _owners = [];
    private readonly List<ITensorSource> _shards = [];

    private ShardedTensors(string path) => Path = path;

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Opens the shards that a Hugging Face index (<c>*.index.json</c> with a <c>weight_map</c>) lists.</summary>
    /// <exception cref="OmgLlavaException">The index is no index, names files outside its folder, or disagrees with its
    /// shards.</exception>
    public static ShardedTensors OpenIndex(string path)
    {
        Dictionary<string, string> map = ReadMap(path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var result = new ShardedTensors(path);
        try
        {
            var shards = map
                .Values.Distinct()
                .ToDictionary(name => name, name => TensorSources.OpenFile(System.IO.Path.Combine(folder, name)));
            result._shards.AddRange(shards.Values);
            foreach ((string tensor, string shard) in map)
            {
                if (!shards[shard].Tensors.TryGetValue(tensor, out TensorInfo? info))
                {
                    throw new OmgLlavaException($"'{path}' says that '{shard}' holds '{tensor}', but it does not.");
                }

                result._tensors[tensor] = info;
                result._owners[tensor] = shards[shard];
            }

            string[] unlisted = [.. shards.Values.SelectMany(shard => shard.Tensors.Keys).Where(name => !map.ContainsKey(name))];
            return unlisted.Length == 0
                ? result
                : throw new OmgLlavaException(
                    $"'{path}' does not list '{unlisted[0]}', which its shards hold ({unlisted.Length} such tensors)."
                );
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Opens shards that have no index.</summary>
    /// <param name="path">Where they lie, for messages.</param>
    /// <param name="files">The shards.</param>
    /// <exception cref="OmgLlavaException">One of them is damaged, or two hold the same tensor.</exception>
    internal static ShardedTensors OpenFiles(string path, IEnumerable<string> files)
    {
        var result = new ShardedTensors(path);
        try
        {
            foreach (string file in files)
            {
                ITensorSource shard = TensorSources.OpenFile(file);
                result._shards.Add(shard);
                foreach (TensorInfo info in shard.Tensors.Values)
                {
                    result._tensors[info.Name] = result._owners.TryAdd(info.Name, shard)
                        ? info
                        : throw new OmgLlavaException(
                            $"'{info.Name}' is in two shards, '{result._owners[info.Name].Path}' and '{file}'."
                        );
                }
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string FileOf(string name) => _owners[name].Path;

    /// <inheritdoc/>
    public (string File, long Begin)? PlaceOf(string name) => _owners[name].PlaceOf(name);

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        this.Describe(name);
        _owners[name].CopyTo(name, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _shards.ForEach(shard => shard.Dispose());

    private static Dictionary<string, string> ReadMap(string path)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            NotTheFile.Refuse(file, path, textual: true);
            using JsonDocument document = JsonDocument.Parse(file);
            var map = document
                .RootElement.GetProperty("weight_map")
                .EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
            string? stray = map.Values.FirstOrDefault(name =>
                name.Length == 0 || name != System.IO.Path.GetFileName(name) || name is "." or ".."
            );
            return stray is null
                ? map
                : throw new OmgLlavaException($"'{path}' names the shard '{stray}', which is not a file beside it.");
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new OmgLlavaException($"'{path}' is not an index of shards: {error.Message}", error);
        }
    }
}
