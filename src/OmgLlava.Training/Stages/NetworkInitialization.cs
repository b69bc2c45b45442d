using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Recipes;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Random weights to train from, each kind as its published code draws it.</summary>
internal static class NetworkInitialization
{
    private const double LanguageDeviation = 0.02;

    /// <summary>The root mean square of the numbers of a word's embedding, once trained.</summary>
    private const double WordSize = 0.04;

    /// <summary>
    /// Of what adds places to the decoder's memory: a little of each, since queries that carry no place give no reason to ask for
    /// one, and masks that ask for none no reason to carry it.
    /// </summary>
    private const double PlacesDeviation = 0.05;

    /// <summary>Parts that add nothing until they have learnt something.</summary>
    private static readonly string[] Silent =
    [
        ".place_embedding.",
        ".detail_embedding.",
        ".prompts.places.",
        "visual_projector.places.",
    ];

    /// <summary>Fills all parameters.</summary>
    public static void Draw(OmgLlavaNetwork network, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = new Generator((ulong)seed, CPU);
        WeightInitialization.Draw(network.Perception, random);
        DrawProjectors(network, seed);
        foreach ((string name, Tensor tensor) in network.Tensors())
        {
            if (name.StartsWith("language.", StringComparison.Ordinal))
            {
                DrawLanguage(name, tensor, network.Config.Language.Layers, random);
            }
            else if (name.EndsWith(".scale", StringComparison.Ordinal))
            {
                tensor.FillInPlace(1);
            }
            else if (name.EndsWith("sampling_offsets.bias", StringComparison.Ordinal))
            {
                tensor.copy_(Directions(network.Config.Perception.Heads, tensor.numel()));
            }
            else if (
                name.Contains("sampling_offsets", StringComparison.Ordinal)
                || name.Contains("attention_weights", StringComparison.Ordinal)
            )
            {
                tensor.FillInPlace(0);
            }
            else if (Silent.Any(part => name.Contains(part, StringComparison.Ordinal)))
            {
                tensor.FillInPlace(0);
            }
            else if (name.StartsWith("perception.value_places.", StringComparison.Ordinal))
            {
                tensor.normal_(0, PlacesDeviation, random);
            }
            else if (name.EndsWith("class_embeddings", StringComparison.Ordinal))
            {
                tensor.copy_(nn.functional.normalize(tensor, dim: -1));
            }
        }

        network.Adapters?.Initialize(random);
    }

    /// <summary>Fills the image encoder with weights that others trained; of stages with more blocks than the model's the first
    /// ones.</summary>
    /// <exception cref="OmgLlavaException">The file is damaged, or holds another shape.</exception>
    public static void ReadEncoder(OmgLlavaNetwork network, EncoderRecipe recipe)
    {
        const string Prefix = "perception.image_encoder.";
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var net = OnnxResNet.Load(recipe.Onnx, new EncoderInput(recipe.BlueFirst, recipe.Std), network.Config.Image.Std);
        var own = network
            .Tensors()
            .Where(t =>
                t.Name.StartsWith(Prefix, StringComparison.Ordinal) && !t.Name.Contains("clip_head", StringComparison.Ordinal)
            )
            .ToDictionary(t => t.Name[Prefix.Length..], t => t.Tensor);
        bool fits =
            net.Depths.Zip(network.Config.Perception.EncoderDepths).All(depth => depth.First >= depth.Second)
            && own.All(t => net.Weights.TryGetValue(t.Key, out OnnxTensor? weight) && t.Value.shape.SequenceEqual(weight.Shape));
        if (!fits)
        {
            throw new OmgLlavaException(
                $"'{recipe.Onnx}' has a ResNet with {string.Join(", ", net.Depths)} blocks, whose shape is not that of the "
                    + $"model's image encoder; see encoder, encoder_depths and encoder_widths."
            );
        }

        foreach ((string name, Tensor weight) in own)
        {
            weight.copy_(tensor(net.Weights[name].Values).view(weight.shape));
        }
    }

    /// <summary>Fills both projectors only.</summary>
    public static void DrawProjectors(OmgLlavaNetwork network, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = new Generator((ulong)seed, CPU);
        WeightInitialization.Draw(network.VisualProjector, random);
        WeightInitialization.Draw(network.TextProjector, random);
        foreach ((_, Tensor separator) in network.Tensors().Where(t => t.Name == "visual_projector.separator"))
        {
            separator.MulInPlace(LanguageDeviation);
        }

        foreach ((_, Tensor scale) in network.Tensors().Where(t => t.Name == "visual_projector.token_norm.weight"))
        {
            scale.FillInPlace(WordSize);
        }

        foreach (
            (_, Tensor places) in network
                .Tensors()
                .Where(t => t.Name.StartsWith("visual_projector.places.", StringComparison.Ordinal))
        )
        {
            places.FillInPlace(0);
        }
    }

    /// <summary>Normal, the layers that write into the residual stream smaller the more of them there are; norms are 1.</summary>
    private static void DrawLanguage(string name, Tensor tensor, int layers, Generator random)
    {
        if (name.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            tensor.FillInPlace(1);
            return;
        }

        bool writes =
            name.EndsWith("wo.weight", StringComparison.Ordinal) || name.EndsWith("w2.weight", StringComparison.Ordinal);
        tensor.normal_(0, writes ? LanguageDeviation / Math.Sqrt(2 * layers) : LanguageDeviation, random);
    }

    /// <summary>Each head looks in a direction of its own, its points one, two, three ... cells away (Deformable DETR).</summary>
    private static Tensor Directions(int heads, long count)
    {
        const int Levels = Torch.Perception.PixelDecoder.Levels;
        int points = (int)(count / heads / Levels / 2);
        float[] offsets = new float[count];
        for (int i = 0; i < count; i++)
        {
            int axis = i % 2;
            int point = i / 2 % points;
            double angle = 2 * Math.PI * (i / 2 / points / Levels) / heads;
            (double x, double y) = (Math.Cos(angle), Math.Sin(angle));
            double longest = Math.Max(Math.Abs(x), Math.Abs(y));
            offsets[i] = (float)((axis == 0 ? x : y) / longest * (point + 1));
        }

        return tensor(offsets);
    }
}
