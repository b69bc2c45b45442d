using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Weights;

public class PthFileTests
{
    private static readonly float[] Values = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Both_layouts_give_the_tensor()
    {
        Assert.Equal(
            Values,
            Read(
                PickleWriter.Zip(
                    PickleWriter.StateDict(),
                    ("data/0", PickleWriter.Floats(Values)),
                    ("byteorder", "little"u8.ToArray())
                )
            )
        );
        Assert.Equal(Values, Read(PickleWriter.Legacy(PickleWriter.StateDict(), Values)));
    }

    [Fact]
    public void A_view_with_strides_and_offset_is_read_in_its_own_order()
    {
        byte[] transposed = PickleWriter.StateDict(count: 7, offset: 1, rows: 2, columns: 3, rowStride: 1, columnStride: 2);
        Assert.Equal(
            [1, 3, 5, 2, 4, 6],
            Read(PickleWriter.Zip(transposed, ("data/0", PickleWriter.Floats(0, 1, 2, 3, 4, 5, 6))))
        );
        Assert.Equal([1, 3, 5, 2, 4, 6], Read(PickleWriter.Legacy(transposed, [0, 1, 2, 3, 4, 5, 6])));
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("__builtin__", "exec")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("builtins", "__import__")]
    [InlineData("operator", "attrgetter")]
    [InlineData("functools", "partial")]
    [InlineData("importlib", "import_module")]
    [InlineData("runpy", "run_path")]
    [InlineData("copyreg", "_reconstructor")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch._utils", "_import_dotted_name")]
    [InlineData("numpy.testing._private.utils", "runstring")]
    [InlineData("numpy", "load")]
    [InlineData("collections", "namedtuple")]
    [InlineData("mmengine.logging.history_buffer", "np.load")]
    [InlineData("mmengine.config.config", "Config.fromfile")]
    public void A_file_that_tries_to_run_something_is_refused_by_name_and_runs_nothing(string module, string name)
    {
        using var folder = new TemporaryFolder();
        byte[] pickle = PickleWriter.Call(module, name, $"touch {folder["ran"]}");
        foreach (byte[] file in (byte[][])[PickleWriter.Zip(pickle), PickleWriter.Legacy(pickle, Values), pickle])
        {
            var error = Assert.Throws<OmgLlavaException>(() => PthFile.Open(folder.Write("evil.pth", file)));
            Assert.Contains($"asks to run {module}.{name}, which this reader refuses", error.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(folder["ran"]));
    }

    /// <summary>getattr reaches everything in Python; of a training history's methods alone it is data.</summary>
    [Theory]
    [InlineData("mmengine.logging.history_buffer", "HistoryBuffer", "__init__.__globals__")]
    [InlineData("mmengine.logging.history_buffer", "HistoryBuffer", "__class__")]
    [InlineData("mmengine.logging.history_buffer", "HistoryBuffer", "_statistics_methods.x")]
    [InlineData("mmengine.logging.history_buffer", "HistoryBuffer", "")]
    [InlineData("torch._utils", "_rebuild_tensor_v2", "mean")]
    [InlineData("collections", "OrderedDict", "fromkeys")]
    [InlineData("numpy", "ndarray", "tofile")]
    [InlineData("builtins", "getattr", "mean")]
    public void Getattr_of_anything_but_a_historys_method_is_refused(string module, string name, string attribute)
    {
        byte[] pickle = new PickleWriter()
            .Global("builtins", "getattr")
            .Mark()
            .Global(module, name)
            .Text(attribute)
            .Tuple()
            .Reduce()
            .Stop()
            .Content;
        Refused(PickleWriter.Zip(pickle), "asks to run builtins.getattr, which this reader refuses");
        Refused(PickleWriter.Legacy(pickle, Values), "asks to run builtins.getattr, which this reader refuses");
    }

    [Fact]
    public void What_getattr_gives_cannot_be_called()
    {
        byte[] pickle = new PickleWriter()
            .Global("builtins", "getattr")
            .Mark()
            .Global("mmengine.logging.history_buffer", "HistoryBuffer")
            .Text("mean")
            .Tuple()
            .Reduce()
            .Mark()
            .Text("touch /tmp/ran")
            .Tuple()
            .Reduce()
            .Stop()
            .Content;
        Refused(PickleWriter.Zip(pickle), "calls something that is no known function");
    }

    [Fact]
    public void A_default_dictionary_makes_no_defaults_by_calling()
    {
        foreach (
            (string module, string name) in (IEnumerable<(string, string)>)
                [("posix", "system"), ("builtins", "eval"), ("numpy.core.multiarray", "_reconstruct")]
        )
        {
            byte[] pickle = new PickleWriter()
                .Global("collections", "defaultdict")
                .Mark()
                .Global(module, name)
                .Tuple()
                .Reduce()
                .Stop()
                .Content;
            Refused(
                PickleWriter.Zip(pickle),
                name == "_reconstruct" ? "arguments that do not fit" : $"asks to run {module}.{name}"
            );
        }
    }

    /// <summary>{"state_dict": {"w": ...}, "other": ...}: what trainers write beside the weights.</summary>
    [Fact]
    public void Bookkeeping_of_trainers_is_inert_data()
    {
        Action<PickleWriter>[] things =
        [
            p =>
                p.Global("builtins", "getattr")
                    .Mark()
                    .Global("mmengine.logging.history_buffer", "HistoryBuffer")
                    .Text("current")
                    .Tuple()
                    .Reduce(),
            p =>
                p.Global("mmengine.logging.history_buffer", "HistoryBuffer")
                    .Bytes((byte)')', 0x81)
                    .EmptyDictionary()
                    .Text("_max_length")
                    .Number(7)
                    .SetItem()
                    .Bytes((byte)'b'),
            p => p.Global("collections", "Counter").Mark().EmptyDictionary().Number(3).Number(1).SetItem().Tuple().Reduce(),
            p =>
                p.Global("collections", "defaultdict")
                    .Mark()
                    .Global("__builtin__", "list")
                    .Tuple()
                    .Reduce()
                    .Text("a")
                    .Bytes((byte)']')
                    .SetItem(),
            p => p.Global("collections", "deque").Mark().Mark().Tuple().Number(9).Tuple().Reduce().Number(1).Bytes((byte)'a'),
            p =>
                p.Global("numpy.core.multiarray", "_reconstruct")
                    .Mark()
                    .Global("numpy", "ndarray")
                    .Mark()
                    .Number(0)
                    .Tuple()
                    .Text("b")
                    .Tuple()
                    .Reduce()
                    .Mark()
                    .Number(1)
                    .Tuple()
                    .Bytes((byte)'b'),
            p =>
                p.Global("numpy._core.multiarray", "scalar")
                    .Mark()
                    .Global("numpy", "dtype")
                    .Mark()
                    .Text("f8")
                    .Tuple()
                    .Reduce()
                    .Text("12345678")
                    .Tuple()
                    .Reduce(),
            p => p.Global("torch", "bfloat16"),
            p => p.Global("torch", "Size").Mark().Mark().Number(2).Number(3).Tuple().Tuple().Reduce(),
            p => p.Global("torch", "device").Mark().Text("cuda").Number(0).Tuple().Reduce(),
            p => p.Global("mmengine.config.config", "ConfigDict").Mark().EmptyDictionary().Tuple().Reduce(),
        ];
        foreach (Action<PickleWriter> thing in things)
        {
            var pickle = new PickleWriter().EmptyDictionary().Text("message_hub");
            thing(pickle);
            byte[] file =
            [
                .. pickle.SetItem().Text("state_dict").Content,
                .. PickleWriter.StateDict()[2..^1],
                .. new PickleWriter().SetItem().Stop().Content[2..],
            ];
            Assert.Equal(Values, Read(PickleWriter.Zip(file, ("data/0", PickleWriter.Floats(Values)))));
        }
    }

    [Fact]
    public void A_parameter_is_its_tensor()
    {
        byte[] tensor = PickleWriter.StateDict()[2..^1]; // } "w" <tensor> s
        byte[] value = tensor[7..^1];
        byte[] pickle =
        [
            .. new PickleWriter().EmptyDictionary().Text("w").Global("torch._utils", "_rebuild_parameter").Mark().Content,
            .. value,
            .. new PickleWriter()
                .Bytes(0x88)
                .Global("collections", "OrderedDict")
                .Bytes((byte)')')
                .Reduce()
                .Tuple()
                .Reduce()
                .SetItem()
                .Stop()
                .Content[2..],
        ];
        Assert.Equal(Values, Read(PickleWriter.Zip(pickle, ("data/0", PickleWriter.Floats(Values)))));
    }

    [Fact]
    public void Weights_packed_by_bitsandbytes_are_named()
    {
        byte[] pickle = PickleWriter.Call("bitsandbytes.nn.modules", "Params4bit", "x");
        Refused(PickleWriter.Zip(pickle), "packed by bitsandbytes");
    }

    [Fact]
    public void The_newer_ways_to_name_things_are_refused_as_well()
    {
        byte[] stackGlobal = new PickleWriter().Text("posix").Text("system").Bytes(0x93).Stop().Content;
        byte[] instance = new PickleWriter().Mark().Bytes([(byte)'i', .. "posix\nsystem\n"u8]).Stop().Content;
        byte[] extension = new PickleWriter().Bytes(0x82, 1).Stop().Content;
        Assert.All((byte[][])[stackGlobal, instance, extension], pickle => Refused(PickleWriter.Zip(pickle), ""));
    }

    [Fact]
    public void Views_outside_their_storage_are_refused()
    {
        Refused(PickleWriter.Zip(PickleWriter.StateDict(rows: 3), ("data/0", PickleWriter.Floats(Values))), "");
        Refused(PickleWriter.Zip(PickleWriter.StateDict(offset: 1), ("data/0", PickleWriter.Floats(Values))), "");
        Refused(PickleWriter.Zip(PickleWriter.StateDict(rowStride: int.MaxValue), ("data/0", PickleWriter.Floats(Values))), "");
        Refused(PickleWriter.Zip(PickleWriter.StateDict(count: 60), ("data/0", PickleWriter.Floats(Values))), "truncated");
    }

    [Fact]
    public void What_is_no_checkpoint_is_refused()
    {
        byte[] whole = PickleWriter.Zip(PickleWriter.StateDict(), ("data/0", PickleWriter.Floats(Values)));
        Refused(whole[..(whole.Length / 2)], "the download was probably cut off; download it again");
        Refused(PickleWriter.Zip(PickleWriter.StateDict()), "it has no 'data/0'");
        Refused(PickleWriter.Zip(new PickleWriter().Number(3).Stop().Content), "holds no tensors");
        Refused(PickleWriter.Legacy(PickleWriter.StateDict(), Values)[..^3], "truncated");
        Refused(new PickleWriter().Number(3).Stop().Content, "not a file that PyTorch wrote");
    }

    [Fact]
    public void A_damaged_entry_is_refused_when_it_is_read()
    {
        byte[] file = PickleWriter.Zip(PickleWriter.StateDict(), ("data/0", PickleWriter.Floats(Values)));
        int local = file.AsSpan(4).IndexOf("PK\x03\x04"u8) + 4; // the second entry's own header
        file[local + 2] = 0;
        using var folder = new TemporaryFolder();
        using PthFile opened = PthFile.Open(folder.Write("damaged.pth", file));
        var error = Assert.Throws<OmgLlavaException>(() => opened.CopyTo("w", new byte[24]));
        Assert.Contains("is damaged in storage '0'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_break()
    {
        using var folder = new TemporaryFolder();
        byte[][] wholes =
        [
            PickleWriter.Zip(PickleWriter.StateDict(), ("data/0", PickleWriter.Floats(Values))),
            PickleWriter.Legacy(PickleWriter.StateDict(), Values),
        ];
        var random = new Random(5);
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = [.. wholes[round % 2]];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                using PthFile opened = PthFile.Open(folder.Write("fuzz.pth", file));
                foreach (TensorInfo info in opened.Tensors.Values)
                {
                    opened.CopyTo(info.Name, new byte[info.ByteCount]);
                }
            }
            catch (Exception error) when (error is OmgLlavaException or InvalidDataException)
            {
                // Refusing is what damage may lead to; a zip's checksum may only show when its data is read.
            }
        }
    }

    private static float[] Read(byte[] file)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using ITensorSource source = TensorSources.Open(folder.Write("model.bin", file));
        Tensor tensor = source.Read("w");
        Assert.Equal([2, 3], tensor.shape);
        return [.. tensor.data<float>()];
    }

    private static void Refused(byte[] file, string reason)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            reason,
            Assert.Throws<OmgLlavaException>(() => PthFile.Open(folder.Write("model.pth", file))).Message,
            StringComparison.Ordinal
        );
    }
}
