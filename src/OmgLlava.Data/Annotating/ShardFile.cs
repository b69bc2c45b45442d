using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using OmgLlava.Data.Json;
using OmgLlava.Files;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// The annotations of one shard, in COCO's layout, with a sentinel beside it. The sentinel is written last and says what the file
/// must be; a shard without one, or with one that says otherwise, has not been done.
/// </summary>
internal sealed class ShardFile(string folder, int index)
{
    private readonly string _sentinel = System.IO.Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"{index:D7}.done"));

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{index:D7}.json"));

    /// <summary>Writes the file, then the sentinel. Written twice it is the same.</summary>
    public ShardSentinel Write(string info, IReadOnlyList<string> categories, ShardContent content)
    {
        using var whole = new MemoryStream();
        CocoLines.Write(whole, info, [.. CocoLines.Coco, CocoLines.BrokenSection], section => section switch
        {
            "categories" => categories,
            "images" => content.Images,
            "annotations" => content.Annotations,
            _ => content.Broken,
        });
        ReadOnlySpan<byte> bytes = whole.GetBuffer().AsSpan(0, (int)whole.Length);
        OutputFile.Write(Path, bytes);
        var sentinel = new ShardSentinel(
            content.Images.Count + content.Broken.Count, content.Annotations.Count, content.Broken.Count, bytes.Length,
            Convert.ToHexStringLower(SHA256.HashData(bytes)));
        OutputFile.Write(_sentinel, JsonSerializer.SerializeToUtf8Bytes(sentinel, DataJson.Default.ShardSentinel));
        return sentinel;
    }

    /// <summary>What the sentinel says; null where the shard has not been done.</summary>
    public ShardSentinel? Done()
    {
        try
        {
            var file = new FileInfo(Path);
            ShardSentinel? sentinel = File.Exists(_sentinel)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(_sentinel), DataJson.Default.ShardSentinel)
                : null;
            return sentinel is not null && file.Exists && file.Length == sentinel.Bytes ? sentinel : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Makes it undone.</summary>
    public void Forget() => File.Delete(_sentinel);

    /// <summary>Compares the file with its sentinel.</summary>
    /// <exception cref="OmgLlavaException">It is another; it is made undone, so that the next run does it again.</exception>
    public void Verify()
    {
        using FileStream file = DataFiles.OpenRead(Path);
        if (Done()?.Sha256 != Convert.ToHexStringLower(SHA256.HashData(file)))
        {
            Forget();
            throw new OmgLlavaException(
                $"'{Path}' is not what was written; run the same command again, which does this shard once more.");
        }
    }
}
