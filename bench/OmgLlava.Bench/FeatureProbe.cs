using OmgLlava.Data.Photos;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava.Bench;

/// <summary>
/// What an image encoder's features give alone, so that nobody credits a model with what its encoder had learnt before: names of
/// things in boxes and of whole photographs, by the nearest centroid and by a linear layer (ridge regression) of the mean of the
/// last map of each photograph of the training part. Every thing is cut out and fills the input.
/// </summary>
internal static class FeatureProbe
{
    private const int Side = 224;
    private const int Every = 5;
    private const double Ridge = 0.03; // of the features' own spread

    public static void Run(BenchOptions options)
    {
        string directory = options.Text("model") ?? throw new ArgumentException("--model DIR is missing.");
        string photos = options.Text("photos") ?? throw new ArgumentException("--photos DIR is missing.");
        int most = options.Number("limit", int.MaxValue);
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        using var team = new ThreadTeam(Environment.ProcessorCount);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        using var vision = new VisionModel(
            new WeightReader(weights, Kernels.For(InstructionSets.Choose(null), team)),
            config.Perception,
            config.Alignment,
            config.Image
        );
        Table.Header(
            $"the image encoder of {directory} alone, {Side} pixels",
            "what is asked",
            "classes",
            "to learn from",
            "asked",
            "the commonest class",
            "nearest centroid",
            "linear layer"
        );
        string voc = Path.Combine(photos, "voc");
        Report("what is in this box, VOC", Things(new VocPhotos(voc, "train")), Things(new VocPhotos(voc, "val")));
        string caltech = Path.Combine(photos, "caltech101");
        Report(
            "what is this, Caltech",
            Whole(new ClassFolderPhotos(caltech, "train", Every)),
            Whole(new ClassFolderPhotos(caltech, "val", Every))
        );

        void Report(string what, List<(string Name, RgbImage Picture)> known, List<(string Name, RgbImage Picture)> asked)
        {
            string[] names = [.. known.Select(thing => thing.Name).Distinct()];
            int[] answers = [.. known.Select(thing => Array.IndexOf(names, thing.Name))];
            int[] expected = [.. asked.Select(thing => Array.IndexOf(names, thing.Name))];
            double[][] learnt = [.. known.Select(Features)];
            double[][] seen = [.. asked.Select(Features)];
            int commonest = answers.CountBy(answer => answer).MaxBy(count => count.Value).Key;
            Table.Row(
                what,
                $"{names.Length}",
                $"{known.Count}",
                $"{asked.Count}",
                Table.Number(Right(_ => commonest)),
                Table.Number(Right(LinearReadout.Centroids(learnt, answers, names.Length).Best)),
                Table.Number(Right(LinearReadout.Fit(learnt, answers, names.Length, Ridge).Best))
            );

            double Right(Func<double[], int> answer) =>
                seen.Zip(expected).Count(pair => answer(pair.First) == pair.Second) / (double)expected.Length;
        }

        double[] Features((string Name, RgbImage Picture) thing)
        {
            ImageTransform transform = config.Image with { Size = Side };
            using Tensor image = VisionModel.ChannelsLast(transform.Apply(thing.Picture), (Side, Side));
            Tensor[] stages = vision.Encoder.Encode(vision.Kernels, image, default);
            Tensor last = stages[^1];
            double[] mean = new double[last.Width];
            for (int row = 0; row < last.Rows; row++)
            {
                for (int c = 0; c < mean.Length; c++)
                {
                    mean[c] += last.Row(row)[c] / (double)last.Rows;
                }
            }

            Array.ForEach(stages, stage => stage.Dispose());
            double length = Math.Sqrt(mean.Sum(value => value * value));
            return [.. mean.Select(value => value / length)];
        }

        List<(string Name, RgbImage Picture)> Things(VocPhotos set) =>
            [
                .. Enumerable
                    .Range(0, Math.Min(set.Count, most))
                    .SelectMany(i =>
                    {
                        RgbImage picture = ImageFile.Load(set.ImagePath(i));
                        return set.Read(i)
                            .Objects.Where(o => o is { Name: not null, Mask.Box: not null })
                            .Select(o => (o.Name!, Cut(picture, o.Mask!.Box!.Value)));
                    }),
            ];

        List<(string Name, RgbImage Picture)> Whole(ClassFolderPhotos set) =>
            [
                .. Enumerable
                    .Range(0, Math.Min(set.Count, most))
                    .Select(i => (set.Read(i).Objects[0].Name!, ImageFile.Load(set.ImagePath(i)))),
            ];
    }

    private static RgbImage Cut(RgbImage picture, PixelBox box) =>
        picture.Part((int)box.X0, (int)box.Y0, Math.Max(1, (int)(box.X1 - box.X0)), Math.Max(1, (int)(box.Y1 - box.Y0)));
}
