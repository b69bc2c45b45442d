using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class LabelMapFileTests
{
    [Fact]
    public void Colours_are_numbers()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("map.png", ImageFile.EncodePng(new RgbImage(2, 1, [1, 2, 3, 255, 255, 255])));
        Assert.Equal([1 + (256 * 2) + (65536 * 3), 0xffffff], LabelMapFile.LoadIds(path).Ids);
        Assert.Contains(
            "has colours",
            Assert.Throws<OmgLlavaException>(() => LabelMapFile.LoadLabels(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Grey_levels_are_classes()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("map.png", ImageFile.EncodePng(new RgbImage(3, 1, [7, 7, 7, 0, 0, 0, 255, 255, 255])));
        Assert.Equal([7, 0, 255], LabelMapFile.LoadLabels(path).Ids);
    }

    [Fact]
    public void What_is_no_map_of_numbers_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] png = ImageFile.EncodePng(new RgbImage(8, 8, new byte[192]));
        Refused("cut.png", png[..40], "label map");
        Refused("text.png", "no picture at all, but long enough"u8.ToArray(), "is no picture");
        png[25] = 3;
        Refused("palette.png", png, "the colours of a palette");
        (png[24], png[25]) = (16, 2);
        Refused("deep.png", png, "16 bits");
        Assert.Contains(
            "does not exist",
            Assert.Throws<OmgLlavaException>(() => LabelMapFile.LoadIds(folder["none.png"])).Message,
            StringComparison.Ordinal
        );

        void Refused(string name, byte[] content, string reason)
        {
            string path = folder.Write(name, content);
            Assert.Contains(
                reason,
                Assert.Throws<OmgLlavaException>(() => LabelMapFile.LoadIds(path)).Message,
                StringComparison.Ordinal
            );
        }
    }
}
