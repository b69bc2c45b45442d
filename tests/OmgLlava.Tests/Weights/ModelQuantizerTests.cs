using OmgLlava.Conversion;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Runtime;
using OmgLlava.Weights;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Weights;

/// <summary>Quantized model directories: what they answer, and how damaged ones are refused.</summary>
public sealed class ModelQuantizerTests(TinyModel tiny) : IDisposable
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 16 };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Eight_bits_give_the_same_tokens_and_masks()
    {
        Reply expected = await Ask(tiny.Directory);
        Reply actual = await Ask(Quantize(WeightFormat.Int8));
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.NotEmpty(expected.Segments);
        Assert.InRange(MeanIou(expected, actual), 0.95, 1);
    }

    [Fact]
    public void Masks_of_four_bits_are_not_lost()
    {
        using var quantized = OmgLlavaModel.Load(Quantize(WeightFormat.Int4));
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using PerceivedImage again = quantized.Perceive(TinyModel.Picture);
        int[] answer = Answer(tiny.Model, image);
        // The same answer is read by both, so that a token that rounding changed does not end the comparison.
        (Mask[] full, Mask[] rounded) = (Masks(tiny.Model, image, answer), Masks(quantized, again, answer));
        Assert.NotEmpty(full);
        // Random weights of width 64 average nothing out, so their masks move; black or flooded ones would overlap by far less.
        Assert.InRange(full.Zip(rounded, (a, b) => Iou(a, b)).Average(), 0.6, 1);
    }

    [Fact]
    public async Task Converting_quantizes_as_quantizing_the_converted_directory_does()
    {
        string direct = _folder["direct"];
        using (
            var converter = CheckpointConverter.Open(
                TinyModel.Files,
                new ConversionOptions { Name = "golden", Quantization = QuantizationConfig.Of(WeightFormat.Int8) }
            )
        )
        {
            converter.Write(direct);
        }

        string kept = _folder["kept"];
        using (
            var converter = CheckpointConverter.Open(
                TinyModel.Files,
                new ConversionOptions
                {
                    Name = "golden",
                    LanguageType = ElementType.Float32,
                    KeepAdapters = true,
                }
            )
        )
        {
            converter.Write(kept);
        }

        string merged = _folder["merged"];
        long told = 0;
        ModelQuantizer.Write(kept, merged, QuantizationConfig.Of(WeightFormat.Int8), progress: new Told(bytes => told = bytes));
        Assert.Equal(ModelQuantizer.Describe(kept, QuantizationConfig.Of(WeightFormat.Int8)).Sum(info => info.ByteCount), told);
        Assert.Null(ModelDirectory.ReadConfig(merged).Lora);
        Assert.Equal((await Ask(direct)).Tokens, (await Ask(merged)).Tokens);
        Assert.Equal((await Ask(direct)).Tokens, (await Ask(Quantize(WeightFormat.Int8))).Tokens);
    }

    [Fact]
    public void The_configuration_says_how_and_each_tensor_may_differ()
    {
        string output = _folder["mixed"];
        var mixed = new QuantizationConfig
        {
            Head = WeightFormat.BFloat16,
            Embedding = WeightFormat.Float32,
            Tensors = new Dictionary<string, WeightFormat>
            {
                ["layers.0."] = WeightFormat.Int8,
                ["layers.0.attention.wo"] = WeightFormat.Float32,
            },
        };
        ModelQuantizer.Write(tiny.Directory, output, mixed);
        Assert.Contains(
            "\"head\": \"bfloat16\"",
            File.ReadAllText(Path.Combine(output, "config.json")),
            StringComparison.Ordinal
        );
        using (ITensorSource weights = ModelDirectory.OpenWeights(output))
        {
            Assert.Equal([10, 1, 1088], weights.Tensors["language.layers.0.feed_forward.w1.weight"].Shape);
            Assert.Equal(ElementType.Float32, weights.Tensors["language.layers.0.attention.wo.weight"].DType);
            Assert.Equal([10, 1, 576], weights.Tensors["language.layers.1.feed_forward.w1.weight"].Shape);
            Assert.Equal(ElementType.BFloat16, weights.Tensors["language.head.weight"].DType);
        }

        using var model = OmgLlavaModel.Load(output);
        using PerceivedImage image = model.Perceive(TinyModel.Picture);
        Assert.NotEmpty(Answer(model, image));
    }

    [Fact]
    public void A_quantized_directory_is_not_quantized_again()
    {
        string once = Quantize(WeightFormat.Int8);
        Assert.Contains(
            "is quantized already (int8, head int8",
            Refused(() => ModelQuantizer.Write(once, _folder["twice"], new QuantizationConfig())),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "already holds a model",
            Refused(() => ModelQuantizer.Write(tiny.Directory, once, new QuantizationConfig())),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TorchSharp_is_not_asked_to_run_packed_weights()
    {
        string directory = Quantize(WeightFormat.Int4);
        Assert.Contains(
            "only the C# engine runs",
            Refused(() => OmgLlavaModel.Load(directory, new LoadOptions { Engine = LanguageEngine.Torch })),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Truncated_weights_are_refused()
    {
        string directory = Quantize(WeightFormat.Int4);
        using (FileStream file = File.OpenWrite(Path.Combine(directory, "model.safetensors")))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Contains("it may be truncated", Refused(() => OmgLlavaModel.Load(directory)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int4", "int8", "misshapen")] // the configuration asks for 8 bits, the file holds 4
    [InlineData("rows16_columns64", "rows8", "reads 'rows16_columns64'")]
    public void A_configuration_that_contradicts_the_weights_is_refused(string text, string other, string reason)
    {
        string directory = Quantize(WeightFormat.Int4);
        string config = Path.Combine(directory, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(text, other, StringComparison.Ordinal));
        Assert.Contains(reason, Refused(() => OmgLlavaModel.Load(directory)), StringComparison.Ordinal);
    }

    [Fact]
    public void Packed_weights_of_another_element_type_or_with_damaged_scales_are_refused()
    {
        string whole = Quantize(WeightFormat.Int4);
        const string Name = "language.layers.2.feed_forward.w2.weight";
        Assert.Contains(
            "directory is inconsistent",
            Refused(() =>
                OmgLlavaModel.Load(
                    Rewrite(whole, "type", info => info.Name == Name ? info with { DType = ElementType.Int8 } : info, _ => { })
                )
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "scales that are not finite",
            Refused(() => OmgLlavaModel.Load(Rewrite(whole, "scales", info => info, bytes => bytes[1] = 0x7c))),
            StringComparison.Ordinal
        );

        string Rewrite(string from, string to, Func<TensorInfo, TensorInfo> describe, Action<byte[]> damage)
        {
            string target = _folder[to];
            Directory.CreateDirectory(target);
            foreach (
                string file in Directory
                    .EnumerateFiles(from)
                    .Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal))
            )
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }

            using ITensorSource source = ModelDirectory.OpenWeights(from);
            SafetensorsWriter.Write(
                Path.Combine(target, "model.safetensors"),
                [.. source.Tensors.Values.Select(describe)],
                (info, bytes) =>
                {
                    byte[] content = new byte[bytes.Length];
                    source.CopyTo(info.Name, content);
                    if (info.Name == Name)
                    {
                        damage(content);
                    }

                    content.CopyTo(bytes);
                }
            );
            return target;
        }
    }

    [Fact]
    public void Missing_instructions_are_made_up_for_and_told_once()
    {
        var notes = new List<string>();
        var options = new CpuOptions { Instructions = InstructionSet.Avx512, Notes = notes.Add };
        Assert.Equal(InstructionSets.Best, InstructionSets.Choose(options.Instructions, options.Notes));
        Assert.Equal(InstructionSets.Best == InstructionSet.Avx512 ? 0 : 1, notes.Count);
        Assert.Equal(InstructionSet.Portable, InstructionSets.Choose(InstructionSet.Portable, notes.Add));
        Assert.DoesNotContain(notes, note => note.Contains("Portable", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private string Quantize(WeightFormat format)
    {
        string output = _folder[$"{format}"];
        ModelQuantizer.Write(tiny.Directory, output, QuantizationConfig.Of(format));
        return output;
    }

    private static string Refused(Action action) => Assert.Throws<OmgLlavaException>(action).Message;

    private static async Task<Reply> Ask(string directory)
    {
        using var model = OmgLlavaModel.Load(directory);
        using ImageChat chat = model.StartChat(TinyModel.Picture);
        return await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
    }

    private static int[] Answer(OmgLlavaModel model, PerceivedImage image)
    {
        using ImageChat chat = model.StartChat(image);
        return [.. chat.AskAsync(TinyModel.MaskQuestion, options: Short).GetAwaiter().GetResult().Tokens];
    }

    /// <summary>The masks of the [SEG] in an answer that is given.</summary>
    private static Mask[] Masks(OmgLlavaModel model, PerceivedImage image, int[] answer)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor prompt = new QuestionEmbedder(model, image).Embed(TinyModel.MaskQuestion, []).ToTorch();
        using IKeyValueCache cache = model.Language.CreateCache();
        model.Language.Forward(prompt, cache);
        Tensor states = model.Language.Forward(
            model.Language.Embed(tensor(answer.Select(token => (long)token).ToArray()).unsqueeze(0)),
            cache
        );
        int seg = model.Tokenizer.Id("[SEG]");
        return
        [
            .. answer
                .Index()
                .Where(token => token.Item == seg)
                .Select(token =>
                    SegmentReader
                        .Read(model.DecodeMask(image, states[0, token.Index].ToEngine()), image.Geometry, ("", 0, 0))
                        .Mask!
                ),
        ];
    }

    private static double MeanIou(Reply a, Reply b) => a.Segments.Zip(b.Segments, (x, y) => Iou(x.Mask!, y.Mask!)).Average();

    private static double Iou(Mask a, Mask b)
    {
        (int inter, int union) = (0, 0);
        for (int i = 0; i < a.Pixels.Length; i++)
        {
            inter += a.Pixels[i] && b.Pixels[i] ? 1 : 0;
            union += a.Pixels[i] || b.Pixels[i] ? 1 : 0;
        }

        return union == 0 ? 1 : (double)inter / union;
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
