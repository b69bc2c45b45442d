using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class PreprocessGolden
{
    [Theory, GoldenData(GoldenKinds.Preprocess)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        var transform = new ImageTransform
        {
            Size = GoldenPerception.Int(golden.Config, "size"),
            Mean = Doubles(golden.Config, "image_mean"),
            Std = Doubles(golden.Config, "image_std"),
        };
        int count = golden.Config.GetProperty("images").GetArrayLength();
        for (int i = 0; i < count; i++)
        {
            RgbImage image = ImageFile.Load(Path.Combine(golden.Folder, $"image{i}.png"));
            CheckPicture(golden, transform, image, i);
            CheckPrompts(golden, transform.Geometry(image.Width, image.Height), i);
            CheckMasks(golden, transform.Geometry(image.Width, image.Height), i);
        }
    }

    private static void CheckPicture(GoldenCase golden, ImageTransform transform, RgbImage image, int i)
    {
        RgbImage square = transform.ExpandToSquare(image);
        golden.Check($"square{i}", Levels(square));
        golden.Check($"resized{i}", Levels(transform.ResizeAndCrop(square)));
        golden.Check($"nopad_resized{i}", Levels(transform.ResizeAndCrop(image)));
        golden.Check($"pixel_values{i}", tensor(transform.Apply(image)).view(3, transform.Size, transform.Size));
    }

    private static void CheckPrompts(GoldenCase golden, ImageGeometry geometry, int i)
    {
        float[] points = [.. golden.In($"points{i}").data<float>()];
        golden.Check(
            $"points_model{i}",
            stack(
                points
                    .Chunk(2)
                    .Select(p =>
                    {
                        PixelPoint point = geometry.ToModel(new PixelPoint(p[0], p[1]));
                        return tensor(new[] { point.X, point.Y });
                    })
            )
        );
        float[] boxes = [.. golden.In($"box{i}").data<float>()];
        golden.Check(
            $"box_model{i}",
            stack(
                boxes
                    .Chunk(4)
                    .Select(b =>
                    {
                        PixelBox box = geometry.ToModelAsPublished(new PixelBox(b[0], b[1], b[2], b[3]));
                        return tensor(new[] { box.X0, box.Y0, box.X1, box.Y1 });
                    })
            )
        );
        Tensor regions = golden.In($"region{i}");
        golden.Check(
            $"region_model{i}",
            stack(
                Enumerable
                    .Range(0, (int)regions.shape[0])
                    .Select(r =>
                    {
                        var mask = new Mask(geometry.Width, geometry.Height, [.. regions[r].gt(0).contiguous().data<bool>()]);
                        return tensor(geometry.ToModel(mask).Pixels.ToArray())
                            .view(geometry.ModelSize, geometry.ModelSize)
                            .to(uint8);
                    })
            )
        );
    }

    private static void CheckMasks(GoldenCase golden, ImageGeometry geometry, int i)
    {
        Tensor logits = golden.In($"mask_logits{i}");
        var wholeSquare = new ImageGeometry(geometry.Side, geometry.Side, geometry.ModelSize);
        golden.Check($"mask_square{i}", Enlarge(wholeSquare));
        golden.Check($"mask_final{i}", Enlarge(geometry));

        Tensor Enlarge(ImageGeometry target) =>
            stack(
                Enumerable
                    .Range(0, (int)logits.shape[0])
                    .Select(n =>
                    {
                        var enlarger = new MaskEnlarger((int)logits.shape[2], (int)logits.shape[3], target);
                        bool[] inside = enlarger.Read([.. logits[n, 0].contiguous().data<float>()]).Runs.ToPixels();
                        return tensor(inside).view(target.Height, target.Width);
                    })
            );
    }

    private static Tensor Levels(RgbImage image) => tensor(image.Pixels.ToArray()).view(image.Height, image.Width, 3);

    private static double[] Doubles(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
}
