using OmgLlava.Imaging;
using static TorchSharp.torch;

namespace OmgLlava.Training.Samples;

/// <summary>Makes the labels of a batch's pictures what the language model is shown of them.</summary>
internal static class LabelledBatch
{
    private const int Reduction = 2; // masks are that much smaller than the model's input, as perception's are

    /// <param name="samples">Conversations, each about a picture in which something is labelled.</param>
    /// <param name="transform">Tells how their pictures lie in the model's input.</param>
    /// <param name="device">Where the tensors go.</param>
    public static LabelledPictures Of(ConversationSample[] samples, ImageTransform transform, Device device)
    {
        var masks = new List<Tensor>();
        var owners = new List<int>();
        var classes = new List<int>();
        var areas = new List<int>();
        var points = new List<int>();
        var colors = new List<float>();
        foreach ((int row, ConversationSample sample) in samples.Index())
        {
            int first = masks.Count;
            var named = new ColorMap(sample.Picture!);
            foreach (SceneObject item in sample.Objects)
            {
                Add(row, sample, item.Class, item.Mask);
                colors.AddRange(Array.ConvertAll(named.Shares(item.Mask), share => (float)share));
            }

            foreach (VisualPrompt prompt in sample.Prompts)
            {
                (prompt is VisualPrompt.PointPrompt ? points : areas).Add(first + MostAlike(prompt, sample.Objects));
            }
        }

        return new LabelledPictures(
            stack(masks).to(device),
            owners,
            classes,
            tensor(colors.ToArray()).view(-1, ColorNames.All.Count).to(device),
            areas,
            points,
            samples.Length
        );

        void Add(int row, ConversationSample sample, int kind, Mask mask)
        {
            ImageGeometry geometry = transform.Geometry(sample.Picture!.Width, sample.Picture.Height);
            Tensor whole = tensor(geometry.ToModel(mask).Pixels.ToArray()).view(1, 1, transform.Size, transform.Size);
            masks.Add(nn.functional.max_pool2d(whole.to(float32), Reduction)[0, 0]);
            owners.Add(row);
            classes.Add(kind);
        }
    }

    /// <summary>What a prompt points at: the smallest object under a point, else the one whose box or mask is most like
    /// it.</summary>
    private static int MostAlike(VisualPrompt prompt, IReadOnlyList<SceneObject> objects) =>
        objects
            .Index()
            .MaxBy(item =>
                prompt switch
                {
                    VisualPrompt.PointPrompt point => item.Item.Mask[(int)point.At.X, (int)point.At.Y]
                        ? 1.0 / item.Item.Mask.Area
                        : 0,
                    VisualPrompt.BoxPrompt box => item.Item.Mask.Box is { } bounds ? box.Around.IntersectionOverUnion(bounds) : 0,
                    VisualPrompt.RegionPrompt region => item.Item.Mask.IntersectionOverUnion(region.Mask),
                    _ => 0,
                }
            )
            .Index;
}
