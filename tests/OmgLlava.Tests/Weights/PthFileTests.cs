using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Weights;

public class PthFileTests
{
    private static readonly float[] Values = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Both_layouts_give_the_tensor()
    {
        Assert.Equal(Values, Read(PickleWriter.Zip(PickleWriter.StateDict(), ("data/0", PickleWriter.Floats(Values)), ("byteorder", "little"u8.ToArray()))));
        Assert.Equal(Values, Read(PickleWriter.Legacy(PickleWriter.StateDict(), Values)));
    }

    [Fact]
    public void A_view_with_strides_and_offset_is_read_in_its_own_order()
    {
        byte[] transposed = PickleWriter.StateDict(count: 7, offset: 1, rows: 2, columns: 3, rowStride: 1, columnStride: 2);
        Assert.Equal([1, 3, 5, 2, 4, 6], Read(PickleWriter.Zip(transposed, ("data/0", PickleWriter.Floats(0, 1, 2, 3, 4, 5, 6)))));
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
        Refused(whole[..(whole.Length / 2)], "damaged");
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
        Assert.Contains(reason, Assert.Throws<OmgLlavaException>(() => PthFile.Open(folder.Write("model.pth", file))).Message, StringComparison.Ordinal);
    }
}
