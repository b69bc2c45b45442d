using System.Globalization;
using System.Text.Json;
using OmgLlava.Conversion;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Runtime;
using OmgLlava.Weights;
using static TorchSharp.torch;

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
                    .Where(executor => executor.Options.LanguageType == ScalarType.Float32),
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
            new ConversionOptions { LanguageType = ScalarType.Float32, Name = "golden" }
        );
        converter.Write(work);
    }

    private void Compare(Executor executor, string directory, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var model = OmgLlavaModel.Load(directory, executor.Options, cancellation);
        using PerceivedImage image = model.Perceive(ImageFile.Load(Path.Combine(_folder, "image.png")), cancellation);
        Compare($"{executor.Name}: visual tokens", image.Seen.Tokens.ToTorch(), _tensors.Read("mid/visual_tokens"));
        var options = new GenerationOptions
        {
            MaxNewTokens = _case.RootElement.GetProperty("config").GetProperty("max_new_tokens").GetInt32(),
        };
        foreach (JsonProperty text in _case.RootElement.GetProperty("texts").EnumerateObject())
        {
            string question = text.Value.GetProperty("user_text").GetString()!;
            VisualPrompt[] prompts = [.. Prompts(text.Name, question)];
            using Engine.Tensor embeddings = new QuestionEmbedder(model, image) { BoxesAsPublished = true }.Embed(
                question,
                prompts
            );
            Compare(
                $"{executor.Name}: prompt '{text.Name}'",
                embeddings.ToTorch(),
                _tensors.Read($"mid/{text.Name}/inputs_embeds")
            );
            using var chat = new ImageChat(model, image, ownsImage: false) { BoxesAsPublished = true };
            Reply reply = chat.AskAsync(question, prompts, options, cancellation).GetAwaiter().GetResult();
            Compare(
                $"{executor.Name}: tokens of '{text.Name}'",
                tensor(reply.Tokens.Select(token => (long)token).ToArray()),
                _tensors.Read($"out/{text.Name}/generated_ids")
            );
            (int height, int width) = (image.Geometry.Height, image.Geometry.Width);
            Tensor[] masks =
            [
                .. reply.Segments.Select(segment =>
                    segment.Mask is null
                        ? zeros(height, width, dtype: ScalarType.Bool)
                        : tensor(segment.Mask.Pixels.ToArray()).view(height, width)
                ),
            ];
            Compare(
                $"{executor.Name}: masks of '{text.Name}'",
                masks.Length == 0 ? zeros(0, height, width, dtype: ScalarType.Bool) : stack(masks),
                _tensors.Read($"out/{text.Name}/masks")
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
                using Tensor mask = _tensors.Read("in/region_mask");
                using Tensor one = mask[region++].to(ScalarType.Bool).contiguous();
                yield return VisualPrompt.Region(new Mask((int)one.shape[1], (int)one.shape[0], [.. one.data<bool>()]));
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

    private float[] Row(string name, int index, int width)
    {
        using Tensor rows = _tensors.Read(name);
        return [.. rows.data<float>().Skip(index * width).Take(width)];
    }

    private void Compare(string place, Tensor actual, Tensor expected)
    {
        _compared++;
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            _faults.Add($"{place}: shape ({string.Join(", ", actual.shape)}) instead of ({string.Join(", ", expected.shape)})");
            return;
        }

        if (expected.numel() == 0)
        {
            return;
        }

        JsonElement tolerance = _case.RootElement.GetProperty("tolerance");
        bool exact = !expected.is_floating_point();
        using var scope = NewDisposeScope();
        Tensor theirs = expected.to(float64);
        Tensor apart = actual.detach().cpu().to(float64).sub(theirs).abs();
        Tensor allowed = exact
            ? ScalarArithmetic.Full(theirs.shape, 0.5, float64, null)
            : theirs.abs().Mul(tolerance.GetProperty("rel").GetDouble()).Add(tolerance.GetProperty("abs").GetDouble());
        double share = apart.div(allowed).max().item<double>();
        if (!(share <= 1))
        {
            _faults.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place}: {apart.gt(allowed).sum().item<long>()} of {apart.numel()} values differ, by up to "
                        + $"{apart.max().item<double>():G3}"
                )
            );
        }

        if (!exact && share > _largest.Share)
        {
            _largest = (share, place);
        }
    }
}
