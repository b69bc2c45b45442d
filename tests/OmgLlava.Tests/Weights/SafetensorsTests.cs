using System.Buffers.Binary;
using System.Text;
using OmgLlava.Formats;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Weights;

public class SafetensorsTests
{
    private const string Good =
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""";

    [Fact]
    public void Tensors_of_every_type_come_back()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        ScalarType[] types =
        [
            ScalarType.Float64,
            ScalarType.Float32,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Int64,
            ScalarType.Int32,
            ScalarType.Int16,
            ScalarType.Int8,
            ScalarType.Byte,
            ScalarType.Bool,
        ];
        var tensors = types.ToDictionary(
            type => $"{type}",
            type => ScalarArithmetic.Arange(6, int64, null).reshape(2, 3).to(type)
        );
        tensors["scalar"] = tensor(3.5f);
        tensors["empty"] = zeros(0, 4);
        tensors["transposed"] = ScalarArithmetic.Arange(6, int64, null).reshape(2, 3).t();
        TorchTensors.Write(folder["t.safetensors"], tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using SafetensorsFile file = SafetensorsFile.Open(folder["t.safetensors"]);
        Assert.Equal(tensors.Keys.Order(), file.Tensors.Keys.Order());
        Assert.All(tensors, t => Assert.True(file.Read(t.Key).eq(t.Value).all().item<bool>(), t.Key));
        Assert.All(tensors, t => Assert.Equal(t.Value.dtype, file.Tensors[t.Key].DType.ToTorch()));
        Assert.All(tensors, t => Assert.Equal(t.Value.shape, file.Tensors[t.Key].Shape));
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void Reading_into_a_tensor_converts_its_type()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TorchTensors.Write(folder["t.safetensors"], new Dictionary<string, Tensor> { ["a"] = tensor(new[] { 1.5f, -2f }) });
        using SafetensorsFile file = SafetensorsFile.Open(folder["t.safetensors"]);
        Tensor target = zeros(2, ScalarType.BFloat16);
        file.ReadInto("a", target);
        Assert.Equal([1.5f, -2f], target.to(float32).data<float>().ToArray());
        Assert.Contains(
            "(2)",
            Assert.Throws<OmgLlavaException>(() => file.ReadInto("a", zeros(3))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no tensor 'b'",
            Assert.Throws<OmgLlavaException>(() => file.Read("b")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_large_model_is_written_in_shards_that_read_as_one()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TensorInfo[] infos = [.. Enumerable.Range(0, 5).Select(i => new TensorInfo($"t{i}", ElementType.Float32, [10]))];
        SafetensorsWriter.WriteSharded(folder.Path, infos, (info, bytes) => bytes.Fill((byte)info.Name[1]), shardBytes: 90);
        Assert.Equal(3, Directory.EnumerateFiles(folder.Path, "model-0000?-of-00003.safetensors").Count());
        using ITensorSource model = TensorSources.Open(folder.Path);
        Assert.Equal(infos.Select(info => info.Name), model.Tensors.Keys.Order());
        byte[] bytes = new byte[40];
        model.CopyTo("t3", bytes);
        Assert.All(bytes, b => Assert.Equal((byte)'3', b));
    }

    [Fact]
    public void A_model_that_the_disk_has_no_room_for_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        TensorInfo[] infos = [new("small", ElementType.Float32, [10]), new("huge", ElementType.Float32, [1L << 50])];
        Refused(() => SafetensorsWriter.WriteSharded(folder.Path, infos, (_, _) => Assert.Fail("written")), "GB are free");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "../a.safetensors"}}""", "not a file beside it")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "c": "one.safetensors"}}""", "holds 'c', but it does not")]
    [InlineData("""{"weight_map": {"a": "one.safetensors"}}""", "does not list 'b'")]
    [InlineData("""{"weight_map": {"a": "none.safetensors"}}""", "does not exist")]
    [InlineData("""{"weights": {}}""", "not an index of shards")]
    [InlineData("[", "not an index of shards")]
    public void An_index_that_disagrees_with_its_shards_is_refused(string index, string reason)
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.safetensors", Raw(Good, 12));
        File.WriteAllText(folder[SafetensorsWriter.IndexName], index);
        Refused(() => TensorSources.Open(folder.Path), reason);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "it may be truncated")]
    [InlineData(Good, 11, "it may be truncated")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}""",
        10,
        "overlap or leave a gap"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[9,13]}}""",
        13,
        "overlap or leave a gap"
    )]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown dtype 'F31'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill its 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}""", 8, "does not fill its 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "not made of whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "no range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks a dtype, shape or data_offsets")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        8,
        "not valid JSON"
    )]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not a map of texts")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    public void A_header_that_contradicts_itself_is_refused(string header, int dataBytes, string reason)
    {
        using var folder = new TemporaryFolder();
        Refused(() => SafetensorsFile.Open(folder.Write("t.safetensors", Raw(header, dataBytes))), reason);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL << 40)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_that_cannot_be_is_refused(ulong length)
    {
        using var folder = new TemporaryFolder();
        byte[] file = Raw(Good, 12);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Refused(() => SafetensorsFile.Open(folder.Write("t.safetensors", file)), "not a valid safetensors file");
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_break()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Raw(Good, 12);
        var random = new Random(11);
        for (int round = 0; round < 1000; round++)
        {
            byte[] file = round % 4 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int i = random.Next(1, 4); i > 0 && file.Length > 0; i--)
            {
                file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                using SafetensorsFile opened = SafetensorsFile.Open(folder.Write("fuzz.safetensors", file));
                foreach (TensorInfo info in opened.Tensors.Values)
                {
                    opened.CopyTo(info.Name, new byte[info.ByteCount]);
                }
            }
            catch (OmgLlavaException)
            {
                // One clear sentence is what damage may lead to.
            }
        }
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["t.safetensors"], "old");
        var info = new TensorInfo("a", ElementType.Float32, [2]);
        Assert.Throws<InvalidOperationException>(() =>
            SafetensorsWriter.Write(folder["t.safetensors"], [info], (_, _) => throw new InvalidOperationException())
        );
        Assert.Equal("old", File.ReadAllText(folder["t.safetensors"]));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    private static byte[] Raw(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private static void Refused(Action open, string reason) =>
        Assert.Contains(reason, Assert.Throws<OmgLlavaException>(open).Message, StringComparison.Ordinal);
}
