using OmgLlava.Files;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// What shards become when all are done: one file of annotations, one of broken pictures, and a page to look at, in this order.
/// </summary>
internal sealed class AnnotationResult(string output, IReadOnlyList<ShardFile> shards)
{
    private const string PageName = "index.html";

    /// <summary>Whether everything has been written.</summary>
    public static bool IsWhole(string output) => File.Exists(Path.Combine(output, PageName));

    /// <summary>Writes everything.</summary>
    /// <exception cref="OmgLlavaException">A shard is damaged, or a file cannot be written.</exception>
    public void Write(
        string info, IReadOnlyList<string> categories, PictureList pictures, int samples, CancellationToken cancellation)
    {
        File.Delete(Path.Combine(output, PageName));
        foreach (ShardFile shard in shards)
        {
            cancellation.ThrowIfCancellationRequested();
            shard.Verify();
        }

        string whole = Path.Combine(output, "annotations.json");
        OutputFile.Write(whole, file => CocoLines.Write(
            file, info, CocoLines.Coco, section => section == "categories" ? categories : Joined(section, cancellation)));
        OutputFile.Write(Path.Combine(output, "broken.json"), file => CocoLines.Write(
            file, info, [CocoLines.BrokenSection], section => Joined(section, cancellation)));
        OutputFile.Write(Path.Combine(output, PageName), SamplesPage.Create(whole, pictures, samples, cancellation));
    }

    private IEnumerable<string> Joined(string section, CancellationToken cancellation)
    {
        foreach (ShardFile shard in shards)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (string line in CocoLines.Read(shard.Path, section))
            {
                yield return line;
            }
        }
    }
}
