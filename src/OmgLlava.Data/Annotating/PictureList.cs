using System.Text;
using OmgLlava.Files;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// The pictures of a run in their order, one line each in <c>pictures.txt</c>. It is written once, so that shards are the same
/// pictures in every run, whatever is put into the folder meanwhile; of its lines only those of a shard are in memory.
/// </summary>
public sealed class PictureList
{
    private const string FileName = "pictures.txt";

    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly string _path;
    private readonly List<long> _starts; // of each shard

    private PictureList(string path, string folder, int shardSize, List<long> starts, long count) =>
        (_path, Folder, ShardSize, _starts, Count) = (path, folder, shardSize, starts, count);

    /// <summary>The folder from which names are meant.</summary>
    public string Folder { get; }

    /// <summary>Pictures of a shard; the last has what is left.</summary>
    public int ShardSize { get; }

    /// <summary>Pictures in all.</summary>
    public long Count { get; }

    /// <summary>Shards in all.</summary>
    public int Shards => _starts.Count;

    /// <summary>Finds out, before anything is written, whether there is a picture, unless an earlier run has its
    /// list.</summary>
    /// <param name="source">A folder, or a text file with one path a line.</param>
    /// <param name="output">The folder of the run.</param>
    /// <exception cref="OmgLlavaException">The source names no picture, or is one.</exception>
    public static void RequireAny(string source, string output)
    {
        if (File.Exists(source) && Endings.Contains(Path.GetExtension(source).ToLowerInvariant()))
        {
            throw new OmgLlavaException(
                $"'{source}' is a picture; give a folder of pictures or a text file with one path a line."
            );
        }

        bool any = (Directory.Exists(source) ? Found(source, output) : Named(source)).Any();
        if (!any && !File.Exists(Path.Combine(output, FileName)))
        {
            throw new OmgLlavaException($"'{source}' names no picture (PNG, JPEG, WebP, BMP or GIF).");
        }
    }

    /// <summary>Writes the list of a folder, with all folders in it, or of a file of names, unless an earlier run has.</summary>
    /// <param name="source">A folder, or a text file with one path a line, meant from the file's own folder.</param>
    /// <param name="output">The folder of the run.</param>
    public static void Write(string source, string output)
    {
        string path = Path.Combine(output, FileName);
        if (File.Exists(path))
        {
            return;
        }

        OutputFile.Write(path, file =>
        {
            using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            foreach (string name in Directory.Exists(source) ? Found(source, output) : Named(source))
            {
                text.WriteLine(name);
            }
        });
    }

    /// <summary>Opens the list of a run.</summary>
    /// <param name="source">The folder or file that the run is of.</param>
    /// <param name="output">The folder of the run.</param>
    /// <param name="shardSize">Pictures of a shard.</param>
    /// <exception cref="OmgLlavaException">The list cannot be read.</exception>
    public static PictureList Open(string source, string output, int shardSize)
    {
        string path = Path.Combine(output, FileName);
        var starts = new List<long>();
        long lines = 0;
        using FileStream file = DataFiles.OpenRead(path);
        byte[] buffer = new byte[1 << 16];
        bool begins = true;
        long at = 0;
        for (int count = file.Read(buffer); count > 0; at += count, count = file.Read(buffer))
        {
            for (int i = 0; i < count; i++)
            {
                if (begins && lines % shardSize == 0)
                {
                    starts.Add(at + i);
                }

                begins = buffer[i] == '\n';
                lines += begins ? 1 : 0;
            }
        }

        string folder = Path.GetFullPath(Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!);
        return new PictureList(path, folder, shardSize, starts, lines);
    }

    /// <summary>The names of a shard's pictures.</summary>
    public IReadOnlyList<string> Names(int shard)
    {
        using FileStream file = DataFiles.OpenRead(_path);
        file.Position = _starts[shard];
        using var text = new StreamReader(file, Encoding.UTF8);
        var names = new List<string>(ShardSize);
        while (names.Count < ShardSize && text.ReadLine() is { } line)
        {
            names.Add(line);
        }

        return names;
    }

    /// <summary>Where a picture is.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    private static IEnumerable<string> Found(string folder, string output)
    {
        string root = Path.GetFullPath(folder);
        string own = Path.GetFullPath(output) + Path.DirectorySeparatorChar;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };
        return Directory.EnumerateFiles(root, "*", options)
            .Where(path => Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Where(path => !path.StartsWith(own, StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(name => !name.Contains('\n', StringComparison.Ordinal) && !name.Contains('\r', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Named(string list)
    {
        using FileStream file = DataFiles.OpenRead(list);
        using var text = new StreamReader(file, Encoding.UTF8);
        while (text.ReadLine() is { } line)
        {
            if (line.Contains('\0', StringComparison.Ordinal))
            {
                throw new OmgLlavaException($"'{list}' is no list of pictures: a text file with one path a line.");
            }

            if (line.Trim() is { Length: > 0 } name)
            {
                yield return name;
            }
        }
    }
}
