using OmgLlava.Imaging;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>Perception and projectors in TorchSharp, on any device, with the weights of the moment.</summary>
/// <param name="network">The modules.</param>
/// <param name="placement">Type and device of perception.</param>
internal sealed class TorchVision(OmgLlavaNetwork network, Placement placement) : IVisionModel
{
    private PerceptionModel Model => network.Perception;

    /// <inheritdoc/>
    public SeenImage See(float[] pixels, (int Height, int Width) size, CancellationToken cancellation = default)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        TorchPerception perception = Model.Perceive(
            tensor(pixels).view(1, 3, size.Height, size.Width).to(placement.Device),
            cancellation
        );
        try
        {
            VisualTokens tokens = network.VisualProjector.ProjectImages(perception).Detach();
            return new SeenImage(
                size,
                new TorchMemory(perception, tokens),
                perception.ClassLogits[0].ToEngine(),
                perception.MaskLogits[0].ToEngine(),
                tokens.Images[0].ToEngine(),
                (int)tokens.Pixels.shape[1]
            );
        }
        catch
        {
            perception.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DecodedPrompt DecodePoint(SeenImage image, PixelPoint point) =>
        Decode(image, memory => Model.DecodePoints(Numbers([point.X, point.Y]), memory, image.Size));

    /// <inheritdoc/>
    public DecodedPrompt DecodeBox(SeenImage image, PixelBox box) =>
        Decode(image, memory => Model.DecodeBoxes(Numbers([box.X0, box.Y0, box.X1, box.Y1]), memory, image.Size));

    /// <inheritdoc/>
    public DecodedPrompt DecodeRegion(SeenImage image, Mask region) =>
        Decode(
            image,
            memory =>
                Model.DecodeRegions(
                    tensor(region.Pixels.ToArray(), device: placement.Device).to(float32).view(1, region.Height, region.Width),
                    memory,
                    image.Size
                )
        );

    /// <inheritdoc/>
    public Engine.Tensor ProjectPrompts(SeenImage image, IReadOnlyList<DecodedPrompt> prompts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor queries = cat([.. prompts.Select(prompt => prompt.Query.ToTorch(placement.Device))]);
        Tensor masks = cat([.. prompts.Select(prompt => prompt.MaskLogits.ToTorch(placement.Device))]);
        Tensor places = Alignment.TokenPlaces.OfMasks(masks);
        int stride = network.Config.Perception.CellStride;
        Tensor? cells = Alignment.RegionCells.Of(
            network.Config.Alignment.RegionTokens,
            masks,
            places,
            (image.Size.Height / stride, image.Size.Width / stride)
        );
        return network
            .VisualProjector.ProjectPrompts(
                queries,
                zeros(prompts.Count, dtype: int64, device: placement.Device),
                Own(image).Tokens,
                places,
                cells
            )
            .ToEngine();
    }

    /// <inheritdoc/>
    public Engine.Tensor DecodeMask(SeenImage image, ReadOnlySpan<float> hidden)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor state = tensor(hidden.ToArray()).unsqueeze(0).to(placement.Device);
        (Tensor content, Tensor position) = network.TextProjector.ProjectQueries(state);
        Perception.DecodedQueries decoded = network.MaskDecoder.DecodeAlone(
            content.to(placement.DType),
            position.to(placement.DType),
            Own(image).Perception.Memory
        );
        return decoded.Last.MaskLogits[0].ToEngine();
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private DecodedPrompt Decode(SeenImage image, Func<Perception.DecoderMemory, Perception.DecodedQueries> decode)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Perception.DecoderMemory memory = Own(image).Perception.Memory;
        Perception.DecodedQueries decoded = decode(memory);
        float iou = Model.Classifier.PredictIou(decoded.Last)[0, 0, 0].to(float32).item<float>();
        return new DecodedPrompt(Model.JoinPrompts(decoded, memory)[0].ToEngine(), decoded.Last.MaskLogits[0].ToEngine(), iou);
    }

    /// <summary>(1, numbers).</summary>
    private Tensor Numbers(float[] numbers) => tensor(numbers, device: placement.Device).unsqueeze(0);

    private static TorchMemory Own(SeenImage image) =>
        image.Memory as TorchMemory ?? throw new ArgumentException("The picture was seen by another executor.", nameof(image));
}
