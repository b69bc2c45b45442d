using System.Text.Json;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>From published files and a picture to token ids and mask pixels, with adapters merged and with adapters
/// attached.</summary>
public class EndToEndGolden
{
    [Theory, GoldenData(GoldenKinds.EndToEnd)]
    public void Matches(string name) =>
        GoldenCase.Run(
            name,
            golden =>
            {
                Compare(golden, keepAdapters: false);
                Compare(golden, keepAdapters: true);
            }
        );

    private static void Compare(GoldenCase golden, bool keepAdapters)
    {
        string folder = Directory.CreateTempSubdirectory("omg-golden-").FullName;
        try
        {
            Convert(golden, folder, keepAdapters);
            using OmgLlavaModel model = OmgLlavaModel.Load(folder);
            CompareTokenizer(golden, model.Tokenizer);
            RgbImage picture = ImageFile.Load(Path.Combine(golden.Folder, "image.png"));
            int size = model.Config.Image.Size;
            golden.Compare(
                "in/pixel_values",
                tensor(model.Config.Image.Apply(picture)).view(1, 3, size, size),
                golden.In("pixel_values")
            );
            using PerceivedImage image = model.Perceive(picture);
            golden.Compare("mid/visual_tokens", image.Seen.Tokens.ToTorch(), golden["mid/visual_tokens"]);
            foreach (JsonProperty text in golden.Json.GetProperty("texts").EnumerateObject())
            {
                CompareAnswer(golden, model, image, text.Name, text.Value);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Convert(GoldenCase golden, string folder, bool keepAdapters)
    {
        var files = new PublishedFiles(
            [
                Path.Combine(golden.Folder, "omg_seg.pth"),
                Path.Combine(golden.Folder, "ov_class_embed.pth"),
                Path.Combine(golden.Folder, "internlm2"),
                .. Directory.EnumerateFiles(golden.Folder, "omg_llava_*.pth"),
            ],
            Path.Combine(golden.Folder, "config.json")
        );
        using var converter = CheckpointConverter.Open(
            files,
            new ConversionOptions { LanguageType = ElementType.Float32, KeepAdapters = keepAdapters }
        );
        golden.Require(
            converter.Config.Alignment.SeparateMaskDecoder == golden.Config.GetProperty("require_omg_decoder").GetBoolean(),
            "require_omg_decoder",
            "the conversion sees it otherwise"
        );
        converter.Write(folder);
    }

    private static void CompareTokenizer(GoldenCase golden, Tokenizer tokenizer)
    {
        foreach (JsonElement test in golden.Json.GetProperty("tokenizer_cases").EnumerateArray())
        {
            string text = test.GetProperty("text").GetString()!;
            int[] expected = [.. test.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            int[] actual = [tokenizer.Id("<s>"), .. tokenizer.Encode(text)];
            golden.Require(actual.SequenceEqual(expected), $"tokenizer '{text}'", $"gives {string.Join(' ', actual)}");
            golden.Require(
                tokenizer.Decode(expected) == test.GetProperty("decoded").GetString(),
                $"decode '{text}'",
                tokenizer.Decode(expected)
            );
        }
    }

    private static void CompareAnswer(GoldenCase golden, OmgLlavaModel model, PerceivedImage image, string name, JsonElement text)
    {
        string question = text.GetProperty("user_text").GetString()!;
        VisualPrompt[] prompts = [.. Prompts(golden, name, question)];
        var options = new GenerationOptions { MaxNewTokens = golden.Config.GetProperty("max_new_tokens").GetInt32() };

        int[] ids = [.. golden.In($"{name}/input_ids").data<long>().Select(id => (int)id)];
        golden.Require(
            model.Config.Template.FirstTurn(model.Tokenizer, question).SequenceEqual(ids),
            $"in/{name}/input_ids",
            "the template gives other ids"
        );
        CompareSteps(golden, model, image, name, question, prompts, options);

        using var chat = new ImageChat(model, image, ownsImage: false) { BoxesAsPublished = true };
        Reply reply = chat.AskAsync(question, prompts, options).GetAwaiter().GetResult();
        golden.Check($"{name}/generated_ids", tensor(reply.Tokens.Select(token => (long)token).ToArray()));
        golden.Require(
            model.Tokenizer.Decode(reply.Tokens) == text.GetProperty("generated_text").GetString(),
            $"{name} text",
            model.Tokenizer.Decode(reply.Tokens)
        );
        int height = image.Geometry.Height;
        int width = image.Geometry.Width;
        Tensor[] masks =
        [
            .. reply.Segments.Select(segment =>
                segment.Mask is null
                    ? zeros(height, width, dtype: ScalarType.Bool)
                    : tensor(segment.Mask.Pixels.ToArray()).view(height, width)
            ),
        ];
        golden.Check($"{name}/masks", masks.Length == 0 ? zeros(0, height, width, dtype: ScalarType.Bool) : stack(masks));
    }

    /// <summary>The same answer step by step: embeddings, the hidden state of each [SEG], and the logits of its mask.</summary>
    private static void CompareSteps(
        GoldenCase golden,
        OmgLlavaModel model,
        PerceivedImage image,
        string name,
        string question,
        VisualPrompt[] prompts,
        GenerationOptions options
    )
    {
        using Tensor embeddings = new QuestionEmbedder(model, image) { BoxesAsPublished = true }
            .Embed(question, prompts)
            .ToTorch();
        golden.Compare($"mid/{name}/inputs_embeds", embeddings, golden[$"mid/{name}/inputs_embeds"]);
        int seg = model.Tokenizer.Id("[SEG]");
        using IKeyValueCache cache = model.Language.CreateCache();
        Tensor[] hidden =
        [
            .. model
                .Generator.Generate(embeddings, cache, options)
                .Where(step => step.Hidden is not null && step.Token == seg)
                .Select(step => step.Hidden!.ToTorch()),
        ];
        int expected = (int)golden[$"out/{name}/seg_hidden"].shape[0];
        golden.Require(hidden.Length == expected, $"out/{name}/seg_hidden", $"{hidden.Length} [SEG] instead of {expected}");
        if (hidden.Length > 0)
        {
            golden.Check($"{name}/seg_hidden", stack(hidden));
            golden.Check(
                $"{name}/mask_logits",
                stack(hidden.Select(state => model.DecodeMask(image, state.ToEngine()).ToTorch()))
            );
        }
    }

    /// <summary>A placeholder stands for a point, a box or a region, by the name of the question; each kind is used up in
    /// order.</summary>
    private static IEnumerable<VisualPrompt> Prompts(GoldenCase golden, string name, string question)
    {
        float[][] points = Rows(golden, "in/points_px", 2);
        float[][] boxes = Rows(golden, "in/boxes_px", 4);
        (int mark, int region) = (0, 0);
        foreach (string placeholder in PromptText.InOrder(question))
        {
            if (placeholder == ChatTemplate.MarkPlaceholder && !name.Contains("mask", StringComparison.Ordinal))
            {
                yield return VisualPrompt.Point(points[mark][0], points[mark++][1]);
            }
            else if (!name.Contains("mask", StringComparison.Ordinal))
            {
                float[] box = boxes[region++];
                yield return VisualPrompt.Box(box[0], box[1], box[2], box[3]);
            }
            else
            {
                Tensor mask = golden.In("region_mask")[region++];
                yield return VisualPrompt.Region(
                    new Mask((int)mask.shape[1], (int)mask.shape[0], [.. mask.gt(0).contiguous().data<bool>()])
                );
            }
        }
    }

    private static float[][] Rows(GoldenCase golden, string name, int width) =>
        golden.Has(name) ? [.. golden[name].data<float>().Chunk(width)] : [];
}
