using System.Globalization;
using System.Text.Json;
using OmgLlava.Conversion;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Verification;

/// <summary>
/// The golden case: small published-style files are converted, asked, and compared with what the published system computes of
/// them. It tells faults of this program on this machine from faults of the weights.
/// </summary>
internal sealed class GoldenCheck : IDisposable
{
    private readonly string _folder;
    private readonly JsonDocument _case;
    private readonly SafetensorsFile _tensors;
    private readonly List<string> _faults = [];
    private (double Share, string Place) _largest = (0, "nothing");
    private int _compared;

    private GoldenCheck(string folder)
    {
        _folder = folder;
        _case = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        _tensors = SafetensorsFile.Open(Path.Combine(folder, "tensors.safetensors"));
    }

    /// <summary>Runs the case by every executor that computes in float32.</summary>
    public static VerificationCheck Run(string folder, Action<string>? notes, CancellationToken cancellation)
    {
        const string Name = "golden case";
        notes?.Invoke("Running the golden case.");
        string work = Directory.CreateTempSubdirectory("omg-verify-").FullName;
        try
        {
            using var golden = new GoldenCheck(folder);
            golden.Convert(work);
            Executor[] executors =
            [
                .. Executor
                    .Of(ModelDirectory.ReadConfig(work))
                    .Where(executor => executor.Options.LanguageType == ElementType.Float32),
            ];
            foreach (Executor executor in executors)
            {
                golden.Compare(executor, work, cancellation);
            }

            return golden._faults.Count > 0
                ? VerificationCheck.Failed(
                    Name,
                    $"{golden._faults.Count} of {golden._compared} comparisons with the published system differ",
                    [.. golden._faults]
                )
                : VerificationCheck.Passed(
                    Name,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{golden._compared} comparisons with the published system by "
                            + $"{string.Join(" and ", executors.Select(executor => executor.Name))}: words and mask pixels are "
                            + $"equal, the largest difference is {golden._largest.Share:P0} of what is allowed "
                            + $"({golden._largest.Place})"
                    )
                );
        }
        catch (OmgLlavaException error)
        {
            return VerificationCheck.Failed(Name, error.Message);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tensors.Dispose();
        _case.Dispose();
    }

    private void Convert(string work)
    {
        string[] files = ["omg_seg.pth", "ov_class_embed.pth", "internlm2", "omg_llava_finetune.pth"];
        using var converter = CheckpointConverter.Open(
            new PublishedFiles([.. files.Select(name => Path.Combine(_folder, name))], Path.Combine(_folder, "config.json")),
            new ConversionOptions { LanguageType = ElementType.Float32, Name = "golden" }
        );
        converter.Write(work);
    }

    private void Compare(Executor executor, string directory, CancellationToken cancellation)
    {
        using var model = OmgLlavaModel.Load(directory, executor.Options, cancellation);
        using PerceivedImage image = model.Perceive(ImageFile.Load(Path.Combine(_folder, "image.png")), cancellation);
        Compare($"{executor.Name}: visual tokens", "mid/visual_tokens", image.Seen.Tokens);
        var options = new GenerationOptions
        {
            MaxNewTokens = _case.RootElement.GetProperty("config").GetProperty("max_new_tokens").GetInt32(),
        };
        foreach (JsonProperty text in _case.RootElement.GetProperty("texts").EnumerateObject())
        {
            string question = text.Value.GetProperty("user_text").GetString()!;
            VisualPrompt[] prompts = [.. Prompts(text.Name, question)];
            using Tensor embeddings = new QuestionEmbedder(model, image) { BoxesAsPublished = true }.Embed(question, prompts);
            Compare($"{executor.Name}: prompt '{text.Name}'", $"mid/{text.Name}/inputs_embeds", embeddings);
            using var chat = new ImageChat(model, image, ownsImage: false) { BoxesAsPublished = true };
            Reply reply = chat.AskAsync(question, prompts, options, cancellation).GetAwaiter().GetResult();
            double[] tokens = [.. reply.Tokens.Select(token => (double)token)];
            Compare($"{executor.Name}: tokens of '{text.Name}'", $"out/{text.Name}/generated_ids", tokens, [tokens.Length]);
            (int height, int width) = (image.Geometry.Height, image.Geometry.Width);
            double[] masks =
            [
                .. reply
                    .Segments.SelectMany(segment => segment.Mask?.Pixels.ToArray() ?? new bool[height * width])
                    .Select(inside => inside ? 1.0 : 0),
            ];
            Compare(
                $"{executor.Name}: masks of '{text.Name}'",
                $"out/{text.Name}/masks",
                masks,
                [reply.Segments.Count, height, width]
            );
        }
    }

    /// <summary>A placeholder stands for a point, a box or a region, by the name of the question.</summary>
    private IEnumerable<VisualPrompt> Prompts(string name, string question)
    {
        (int mark, int region) = (0, 0);
        bool byMask = name.Contains("mask", StringComparison.Ordinal);
        foreach (string placeholder in PromptText.InOrder(question))
        {
            if (byMask)
            {
                IReadOnlyList<long> shape = _tensors.Describe("in/region_mask").Shape; // (N, H, W)
                int size = (int)(shape[1] * shape[2]);
                bool[] pixels = [.. Values("in/region_mask").Skip(region++ * size).Take(size).Select(value => value > 0)];
                yield return VisualPrompt.Region(new Mask((int)shape[2], (int)shape[1], pixels));
            }
            else if (placeholder == ChatTemplate.MarkPlaceholder)
            {
                float[] point = Row("in/points_px", mark++, 2);
                yield return VisualPrompt.Point(point[0], point[1]);
            }
            else
            {
                float[] box = Row("in/boxes_px", region++, 4);
                yield return VisualPrompt.Box(box[0], box[1], box[2], box[3]);
            }
        }
    }

    private float[] Row(string name, int index, int width) =>
        [.. Values(name).Skip(index * width).Take(width).Select(value => (float)value)];

    private double[] Values(string name)
    {
        TensorInfo info = _tensors.Describe(name);
        byte[] bytes = new byte[info.ByteCount];
        _tensors.CopyTo(name, bytes);
        return ElementTypes.ToDouble(bytes, info.DType);
    }

    private void Compare(string place, string name, Tensor actual) =>
        Compare(
            place,
            name,
            [.. actual.Span.ToArray().Select(value => (double)value)],
            [.. actual.Shape.Select(size => (long)size)]
        );

    private void Compare(string place, string name, double[] actual, long[] shape)
    {
        _compared++;
        TensorInfo info = _tensors.Describe(name);
        if (!shape.SequenceEqual(info.Shape))
        {
            _faults.Add($"{place}: shape ({string.Join(", ", shape)}) instead of {info.ShapeText}");
            return;
        }

        JsonElement tolerance = _case.RootElement.GetProperty("tolerance");
        (double absolute, double relative) = (tolerance.GetProperty("abs").GetDouble(), tolerance.GetProperty("rel").GetDouble());
        bool exact = !ElementTypes.IsFloat(info.DType);
        (int differ, double largest, double share) = (0, 0, 0);
        foreach ((double value, double expected) in actual.Zip(Values(name)))
        {
            double apart = double.IsNaN(value) ? double.PositiveInfinity : Math.Abs(value - expected);
            double allowed = exact ? 0.5 : absolute + (relative * Math.Abs(expected));
            differ += apart > allowed ? 1 : 0;
            (largest, share) = (Math.Max(largest, apart), Math.Max(share, apart / allowed));
        }

        if (differ > 0)
        {
            _faults.Add(
                FormattableString.Invariant($"{place}: {differ} of {actual.Length} values differ, by up to {largest:G3}")
            );
        }

        if (!exact && share > _largest.Share)
        {
            _largest = (share, place);
        }
    }
}
