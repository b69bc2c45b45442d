using OmgLlava.Formats;

namespace OmgLlava.Conversion;

/// <summary>
/// The convolutions of a ResNet in an ONNX graph, found by following the graph: a stem, then blocks that each end in an addition.
/// Batch norms that follow convolutions are folded into them (w · s / √(v + ε), b − m · s / √(v + ε)), and so are the order of
/// colours and their scale; the mean is not, since the padding of the first convolution would no longer be the mean colour.
/// </summary>
internal sealed class OnnxResNet
{
    private const double DefaultEpsilon = 1e-5;

    private readonly OnnxFile _file;
    private readonly Dictionary<string, OnnxNode> _giver = [];
    private readonly Dictionary<string, OnnxNode> _normOf = [];
    private readonly Dictionary<string, (OnnxTensor Weight, float[] Bias)> _parts = [];
    private readonly List<int> _depths = [];

    private OnnxResNet(OnnxFile file) => _file = file;

    /// <summary>Blocks of the four stages.</summary>
    public IReadOnlyList<int> Depths => _depths;

    /// <summary>The weights by the names that <see cref="Vision.ResNetEncoder"/> gives them.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Weights { get; private set; } = new Dictionary<string, OnnxTensor>();

    /// <summary>Reads a file.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="input">What the network reads.</param>
    /// <param name="std">The standard deviations by which our pictures are divided, of levels 0..1.</param>
    /// <exception cref="OmgLlavaException">It is damaged, or no ResNet.</exception>
    public static OnnxResNet Load(string path, EncoderInput input, IReadOnlyList<double> std)
    {
        try
        {
            return Of(OnnxFile.Load(path), input, std);
        }
        catch (InvalidDataException error)
        {
            throw new OmgLlavaException($"'{path}' is not a ResNet that can be read: {error.Message}.", error);
        }
    }

    /// <exception cref="InvalidDataException">The graph is no ResNet.</exception>
    internal static OnnxResNet Of(OnnxFile file, EncoderInput input, IReadOnlyList<double> std)
    {
        var net = new OnnxResNet(file);
        net.Index();
        net.Name(input, std);
        return net;
    }

    private void Index()
    {
        foreach (OnnxNode node in _file.Nodes)
        {
            foreach (string output in node.Outputs)
            {
                _giver[output] = node;
            }

            if (node is { Operator: "BatchNormalization", Inputs.Count: 5 })
            {
                _normOf[node.Inputs[0]] = node;
            }
        }
    }

    private void Name(EncoderInput input, IReadOnlyList<double> std)
    {
        var weights = new Dictionary<string, OnnxTensor>();
        OnnxNode stem =
            _file.Nodes.FirstOrDefault(node => node.Operator == "Conv")
            ?? throw new InvalidDataException("it has no convolution");
        Put("stem", OfInput(Folded(stem), input, std));
        (int stage, int block, long width) = (-1, 0, 0);
        foreach (OnnxNode sum in _file.Nodes.Where(node => node is { Operator: "Add" or "Sum", Inputs.Count: 2 }))
        {
            List<OnnxNode>[] branches = [Branch(sum.Inputs[0]), Branch(sum.Inputs[1])];
            Array.Sort(branches, (a, b) => b.Count - a.Count);
            if (branches[0].Count == 0)
            {
                continue; // a bias behind the last pooling, or the like
            }

            if (branches[0].Count is not (2 or 3) || branches[1].Count > 1)
            {
                throw new InvalidDataException($"a block has {branches[0].Count} and {branches[1].Count} convolutions");
            }

            long own = Folded(branches[0][^1]).Weight.Shape[0];
            (stage, block) = own == width ? (stage, block + 1) : (stage + 1, 0);
            width = own;
            string prefix = $"stages.{stage}.blocks.{block}.";
            foreach ((int i, OnnxNode convolution) in branches[0].Index())
            {
                Put($"{prefix}convolutions.{i}", Folded(convolution));
            }

            foreach (OnnxNode convolution in branches[1])
            {
                Put($"{prefix}shortcut", Folded(convolution));
            }

            if (block == 0)
            {
                _depths.Add(0);
            }

            _depths[stage]++;
        }

        Weights = _depths.Count == 4 ? weights : throw new InvalidDataException($"it has {_depths.Count} stages instead of 4");

        void Put(string name, (OnnxTensor Weight, float[] Bias) part)
        {
            weights[name + ".weight"] = part.Weight;
            weights[name + ".bias"] = new OnnxTensor([part.Bias.Length], part.Bias);
        }
    }

    /// <summary>The convolutions between the end of the block before and an input of an addition, in their order.</summary>
    private List<OnnxNode> Branch(string name)
    {
        var found = new List<OnnxNode>();
        while (_giver.TryGetValue(name, out OnnxNode? node) && node.Inputs.Count > 0)
        {
            if (node.Operator == "Conv")
            {
                found.Insert(0, node);
            }
            else if (node.Operator != "BatchNormalization" && (node.Operator != "Relu" || IsBlockEnd(node)))
            {
                break;
            }

            name = node.Inputs[0];
        }

        return found;
    }

    private bool IsBlockEnd(OnnxNode relu) =>
        !_giver.TryGetValue(relu.Inputs[0], out OnnxNode? before) || before.Operator is not ("Conv" or "BatchNormalization");

    /// <summary>A convolution with its batch norm.</summary>
    private (OnnxTensor Weight, float[] Bias) Folded(OnnxNode convolution)
    {
        if (convolution.Inputs.Count < 2 || convolution.Outputs.Count != 1)
        {
            throw new InvalidDataException("a convolution has no weights");
        }

        string name = convolution.Inputs[1];
        if (_parts.TryGetValue(name, out (OnnxTensor, float[]) known))
        {
            return known;
        }

        OnnxTensor weight = Weight(name);
        if (weight.Shape.Count != 4 || weight.Shape.Any(size => size == 0))
        {
            throw new InvalidDataException($"the weights '{name}' are not those of a convolution");
        }

        int channels = (int)weight.Shape[0];
        float[] bias =
            convolution.Inputs.Count > 2 && convolution.Inputs[2].Length > 0
                ? Vector(convolution.Inputs[2], channels)
                : new float[channels];
        if (_normOf.TryGetValue(convolution.Outputs[0], out OnnxNode? norm))
        {
            float[][] values = [.. norm.Inputs.Skip(1).Select(input => Vector(input, channels))];
            double epsilon = norm.Floats.TryGetValue("epsilon", out float given) ? given : DefaultEpsilon;
            float[] scaled = [.. weight.Values];
            float[] moved = new float[channels];
            int perChannel = scaled.Length / channels;
            for (int c = 0; c < channels; c++)
            {
                double factor = values[0][c] / Math.Sqrt(values[3][c] + epsilon);
                moved[c] = (float)(values[1][c] + ((bias[c] - values[2][c]) * factor));
                for (int i = c * perChannel; i < (c + 1) * perChannel; i++)
                {
                    scaled[i] = (float)(scaled[i] * factor);
                }
            }

            (weight, bias) = (weight with { Values = scaled }, moved);
        }

        return _parts[name] = (weight, bias);
    }

    /// <summary>The first convolution for pictures of ours: red first, divided by our standard deviations of 0..1.</summary>
    private static (OnnxTensor Weight, float[] Bias) OfInput(
        (OnnxTensor Weight, float[] Bias) stem,
        EncoderInput input,
        IReadOnlyList<double> std
    )
    {
        const double Levels = 255;
        if (stem.Weight.Shape[1] != 3)
        {
            throw new InvalidDataException($"its first convolution reads {stem.Weight.Shape[1]} channels instead of 3");
        }

        int cells = (int)(stem.Weight.Shape[2] * stem.Weight.Shape[3]);
        float[] values = new float[stem.Weight.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int color = i / cells % 3;
            int from = input.BlueFirst ? i + ((2 - (2 * color)) * cells) : i;
            values[i] = (float)(stem.Weight.Values[from] * Levels * std[color] / input.Std[color]);
        }

        return (stem.Weight with { Values = values }, stem.Bias);
    }

    private OnnxTensor Weight(string name) =>
        _file.Weights.TryGetValue(name, out OnnxTensor? weight)
            ? weight
            : throw new InvalidDataException($"it has no weights '{name}'");

    private float[] Vector(string name, int count)
    {
        float[] values = Weight(name).Values;
        return values.Length == count
            ? values
            : throw new InvalidDataException($"'{name}' has {values.Length} values instead of {count}");
    }
}
