using System.IO.Compression;
using System.Text;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Formats;

/// <summary>What people have in place of a checkpoint: one sentence says what it is and what to do.</summary>
public sealed class NotTheFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 8428615400\n",
        "Git LFS pointer to a file of 8428615400 bytes",
        "git lfs pull"
    )]
    [InlineData("version https://hawser.github.com/spec/v1\noid sha256:aa\nsize 12\n", "Git LFS pointer", "git lfs pull")]
    [InlineData("/annex/objects/SHA256E-s42--abc.bin\n", "git-annex pointer", "git annex get")]
    [InlineData(
        "<!DOCTYPE html>\n<html><head><title>Google Drive &amp; more</title></head>",
        "web page ('Google Drive & more')",
        "download it again"
    )]
    [InlineData("\uFEFF  <!-- x -->\n<HTML><body>Sign in", "web page", "log in")]
    [InlineData(
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "server's error message (AccessDenied)",
        "download it again"
    )]
    [InlineData("{\"error\": \"Repository not found\"}", "server's error message", "download it again")]
    [InlineData("{\"hidden_size\": 4096}", "JSON text", "folder that holds both")]
    [InlineData("Entry not found", "is a text ('Entry not found')", "download it again")]
    [InlineData("", "is empty", "download it again")]
    public void Texts(string content, string what, string remedy)
    {
        foreach (string name in (string[])["x.pth", "x.safetensors", "x.bin"])
        {
            string message = Refusal(name, Encoding.UTF8.GetBytes(content));
            Assert.Contains(what, message, StringComparison.Ordinal);
            Assert.Contains(remedy, message, StringComparison.Ordinal);
            Assert.Contains(name, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Archives_and_other_formats()
    {
        Assert.Contains("compressed with gzip; unpack it", Refusal("a.pth", Gzip([1, 2, 3])), StringComparison.Ordinal);
        byte[] tar = new byte[1024];
        "model.pth"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));
        Assert.Contains("tar archive", Refusal("a.pth", tar), StringComparison.Ordinal);
        Assert.Contains("llama.cpp", Refusal("a.bin", [.. "GGUF"u8, .. new byte[64]]), StringComparison.Ordinal);
        Assert.Contains("picture (PNG)", Refusal("a.bin", [0x89, .. "PNG\r\n"u8, 0x1A, 10]), StringComparison.Ordinal);
        Assert.Contains("begins with zeros", Refusal("a.safetensors", new byte[5000]), StringComparison.Ordinal);
        Assert.Contains(
            "is it the right file",
            Refusal("a.safetensors", [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 37))]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Zip_files_of_something_else()
    {
        Assert.Contains(
            "holds 'omg_seg_convl.pth'; unpack it",
            Refusal("a.pth", Zip("omg_seg_convl.pth")),
            StringComparison.Ordinal
        );
        Assert.Contains("NumPy arrays", Refusal("a.pth", Zip("a.npy", "b.npy")), StringComparison.Ordinal);
        Assert.Contains(
            "holds 'word/document.xml'; is it the right file",
            Refusal("a.pth", Zip("word/document.xml")),
            StringComparison.Ordinal
        );
        Assert.Contains("holds nothing", Refusal("a.pth", Zip()), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_downloads()
    {
        byte[] zip = File.ReadAllBytes(Path.Combine(Repository.Published, "ov_class_embed.pth"));
        byte[] safetensors = File.ReadAllBytes(
            Path.Combine(Repository.Tests, "checkpoints", "llm_adapter", "adapter_model.safetensors")
        );
        foreach ((string name, byte[] whole) in (IEnumerable<(string, byte[])>)[("a.pth", zip), ("a.safetensors", safetensors)])
        {
            foreach (int length in (int[])[9, 100, whole.Length / 2, whole.Length - 1])
            {
                Assert.Contains("download it again", Refusal(name, whole[..length]), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Beginnings_of_any_kind_are_refused_but_never_break()
    {
        var random = new Random(4);
        byte[][] starts =
        [
            [],
            "version https://git-lfs"u8.ToArray(),
            "<html"u8.ToArray(),
            "PK\x3\x4"u8.ToArray(),
            [0x80, 2],
            [0x1F, 0x8B],
            [9, 0, 0, 0, 0, 0, 0, 0, (byte)'{'],
        ];
        for (int round = 0; round < 1500; round++)
        {
            byte[] tail = new byte[random.Next(0, 600)];
            random.NextBytes(tail);
            if (round % 2 == 0)
            {
                Array.ForEach([.. Enumerable.Range(0, tail.Length)], i => tail[i] = (byte)(32 + (tail[i] % 95)));
            }

            Refusal("fuzz.pth", [.. starts[round % starts.Length], .. tail]);
        }
    }

    private string Refusal(string name, byte[] content)
    {
        string path = _folder.Write(name, content);
        string message = Assert.Throws<OmgLlavaException>(() => TensorSources.Open(path).Dispose()).Message;
        Assert.StartsWith($"'{path}' ", message, StringComparison.Ordinal);
        return message;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            zip.Write(content);
        }

        return memory.ToArray();
    }

    private static byte[] Zip(params string[] names)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Array.ForEach(names, name => zip.CreateEntry(name));
        }

        return memory.ToArray();
    }
}
