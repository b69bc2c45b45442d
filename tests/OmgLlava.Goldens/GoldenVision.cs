using OmgLlava.Alignment;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;
using Memory = OmgLlava.Vision.DecoderMemory;
using Queries = OmgLlava.Vision.DecodedQueries;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Goldens;

/// <summary>Perception and projectors on the engine, with the weights of a golden case, under the case's tolerance.</summary>
internal sealed class GoldenVision : IDisposable
{
    private static readonly ThreadTeam Team = new(2, "golden");

    /// <summary>The fastest kernels of this machine.</summary>
    public static Kernels AnyKernels { get; } = Kernels.For(InstructionSets.Best, Team);

    private readonly PerceptionConfig _config;

    /// <param name="config">Perception.</param>
    /// <param name="alignment">Projectors; null for any that fit.</param>
    /// <param name="parts">Modules with their weights, and what stands before their names in a model directory; what they leave
    /// out is zero.</param>
    public GoldenVision(PerceptionConfig config, AlignmentConfig? alignment, params (string Prefix, nn.Module Module)[] parts)
    {
        _config = config;
        var whole = new OmgLlavaConfig
        {
            Perception = config,
            Alignment =
                alignment
                ?? new AlignmentConfig
                {
                    QueryChannels = config.Channels,
                    ImageChannels = config.EncoderWidths[3],
                    PixelShuffleRatio = config.PixelShuffleRatio,
                    LanguageWidth = 16,
                },
        };
        Kernels = AnyKernels;
        var asked = new WeightReader(null, Kernels);
        _ = new VisionModel(asked, whole.Perception, whole.Alignment, whole.Image);
        using var weights = new Padded(
            asked.Asked,
            new ModuleTensors(
                parts.SelectMany(part => part.Module.named_parameters().Select(p => (part.Prefix + p.name, (Tensor)p.parameter)))
            )
        );
        Model = new VisionModel(new WeightReader(weights, Kernels), whole.Perception, whole.Alignment, whole.Image);
    }

    public Kernels Kernels { get; }

    public VisionModel Model { get; }

    public void Dispose() => Model.Dispose();

    public Memory Remember(GoldenCase golden, int image) =>
        Model.Remember(
            golden.In("mask_features")[image].ToEngineMap(),
            [.. Enumerable.Range(0, 3).Select(i => golden.In($"memory{i}")[image].ToEngineMap())],
            null
        );

    public void CheckEncoder(GoldenCase golden)
    {
        Tensor images = golden.In("images");
        Engine.Tensor[][] stages =
        [
            .. Images(images).Select(image => Model.Encoder.Encode(Kernels, image.ToEngineMap(), default)),
        ];
        for (int s = 0; s < 4; s++)
        {
            golden.Check($"stage{s}", stack(stages.Select(image => image[s].ToTorchMap())));
        }
    }

    public void CheckPixelDecoder(GoldenCase golden)
    {
        var decoded = Decode(golden);
        golden.Check("mask_feature", stack(decoded.Select(d => d.MaskFeatures.ToTorchMap())));
        for (int level = 0; level < 3; level++)
        {
            golden.Check($"memory{level}", stack(decoded.Select(d => d.Memories[level].ToTorchMap())));
        }
    }

    public void CheckPanopticHead(GoldenCase golden, Tensor classes)
    {
        var decoded = Decode(golden);
        int last = golden.CountNumbered("out/mask_pred") - 1;
        golden.Check("mask_features", stack(decoded.Select(d => d.MaskFeatures.ToTorchMap())));
        Queries[] objects = [.. decoded.Select(d => Model.DecodeObjects(Model.Remember(d.MaskFeatures, d.Memories, null)))];
        using var prototypes = PackedMatrix.Of(Kernels, classes.flatten(0, 1).ToEngine());
        Tensor logits = stack(
            objects.Zip(decoded, (o, d) => ClassHeadLogits(o, d.MaskFeatures, prototypes, (int)classes.shape[1]))
        );
        Tensor iou = stack(objects.Select(o => Model.Classifier.PredictIou(Kernels, o).ToTorch()));
        golden.Check($"cls_pred{last}", cat([logits, iou], dim: -1));
        golden.Check(
            $"mask_pred{last}",
            stack(objects.Select(o => o.MaskLogits.ToTorch())).narrow(1, 0, golden[$"out/mask_pred{last}"].shape[1])
        );
        golden.Check("query_feat", stack(objects.Select(o => o.Content.ToTorch())));
    }

    public void CheckPrompts(GoldenCase golden, (int Height, int Width) size)
    {
        Memory[] memories = [.. Enumerable.Range(0, (int)golden.In("mask_features").shape[0]).Select(i => Remember(golden, i))];
        golden.Check("point_feat_pos", Each("points", (image, row) => Model.DecodePoint(image, new PixelPoint(row[0], row[1]))));
        golden.Check(
            "box_feat_pos",
            Each("boxes", (image, row) => Model.DecodeBox(image, new PixelBox(row[0], row[1], row[2], row[3])))
        );
        golden.Check(
            "mask_feat_pos",
            Each(
                "regions",
                (image, row) =>
                    Model.DecodeRegion(image, new Mask(size.Width, size.Height, [.. row.Select(value => value > 0.5f)]))
            )
        );

        Tensor Each(string kind, Func<SeenImage, float[], DecodedPrompt> decode)
        {
            Tensor prompts = golden.In(kind).to(float32).flatten(1);
            long[] images = [.. golden.In($"{kind}_batch_idx").data<long>()];
            return stack(
                images.Select(
                    (image, i) =>
                        decode(new SeenImage(size, memories[image], null!, null!, null!, 0), [.. prompts[i].data<float>()])
                            .Query.ToTorch()[0]
                )
            );
        }
    }

    public void CheckVisualEncoder(GoldenCase golden)
    {
        Tensor images = golden.In("images");
        (int Height, int Width) size = ((int)images.shape[2], (int)images.shape[3]);
        (int, int) grid = (size.Height / _config.CellStride, size.Width / _config.CellStride);
        var features = new List<Tensor>();
        var queries = new List<Tensor>();
        Tensor unassigned = golden["out/attn_mask"];
        foreach ((int index, Tensor image) in Images(images).Index())
        {
            using Engine.Tensor pixels = image.ToEngineMap();
            Engine.Tensor[] stages = Model.Encoder.Encode(Kernels, pixels, default);
            (Engine.Tensor maskFeatures, Engine.Tensor[] memories) = Model.PixelDecoder.Decode(Kernels, stages, default);
            Queries objects = Model.DecodeObjects(Model.Remember(maskFeatures, memories, pixels));
            using Engine.Tensor logits = Model.Classify(objects, maskFeatures);
            using Engine.Tensor joined = objects.Joined(Model.QueryPosition);
            using var prior = Prior.Compute(Kernels, logits, objects.MaskLogits, joined, size, grid, _config.Prior);
            using Engine.Tensor shuffled = VisionModel.PixelShuffle(stages[3], _config.PixelShuffleRatio);
            features.Add(cat([shuffled.ToTorch(), prior.PixelQueries.ToTorch()], dim: -1));
            queries.Add(joined.ToTorch());
            bool[] valid = [.. unassigned[index].logical_not().any(1).data<bool>()];
            golden.Require(valid.SequenceEqual(prior.Valid), "attn_mask", "the engine finds other objects");
        }

        golden.Check("clip_feat_and_pixel_query", stack(features));
        golden.Check("query_pos_feat", stack(queries));
    }

    /// <summary>The masks of [SEG] after the last layer.</summary>
    public void CheckMasks(GoldenCase golden, string prefix)
    {
        Tensor hidden = golden.In("seg_hidden");
        long[] images = [.. golden.In("batch_idx").data<long>()];
        Memory[] memories = [.. Enumerable.Range(0, (int)golden.In("mask_features").shape[0]).Select(i => Remember(golden, i))];
        Tensor[] masks =
        [
            .. images.Select(
                (image, i) =>
                    Model
                        .DecodeMask(
                            new SeenImage((0, 0), memories[image], null!, null!, null!, 0),
                            [.. hidden[i].to(float32).data<float>()]
                        )
                        .ToTorch()
                        .unsqueeze(0)
            ),
        ];
        golden.Check($"{prefix}{golden.CountNumbered($"out/{prefix}") - 1}", cat(masks));
    }

    /// <summary>The tokens of images and prompts.</summary>
    public void CheckProjector(GoldenCase golden, string variant, AlignmentConfig config)
    {
        Tensor[] parts = golden.In("clip_feature").split([config.FeatureWidth, config.QueryWidth], dim: -1);
        Tensor unassigned = golden.In("attention_mask");
        var seen = new List<SeenImage>();
        for (int i = 0; i < (int)unassigned.shape[0]; i++)
        {
            var prior = new Prior(parts[1][i].ToEngine(), [.. unassigned[i].logical_not().any(1).data<bool>()]);
            (Engine.Tensor tokens, int pixels) = Model.Projector.ProjectImage(
                Kernels,
                parts[0][i].ToEngine(),
                (1, 1),
                prior,
                golden.In("query_feat")[i].ToEngine(),
                Engine.Tensor.Zeros((int)unassigned.shape[1], 1, 1)
            );
            golden.Check($"{variant}tokens{i}", tokens.ToTorch());
            seen.Add(new SeenImage((0, 0), null!, null!, null!, tokens, pixels));
        }

        if (variant.Length == 0)
        {
            long[] images = [.. golden.In("prompt_batch_idx").data<long>()];
            Tensor prompts = golden.In("visual_prompts");
            golden.Check(
                "visual_prompt_embeddings",
                stack(
                    images.Select(
                        (image, i) =>
                            Model
                                .ProjectPrompts(
                                    seen[(int)image],
                                    [new DecodedPrompt(prompts[i].unsqueeze(0).ToEngine(), Engine.Tensor.Zeros(1, 1, 1), 0)]
                                )
                                .ToTorch()[0]
                    )
                )
            );
        }
    }

    private Tensor ClassHeadLogits(Queries objects, Engine.Tensor maskFeatures, PackedMatrix prototypes, int perClass)
    {
        using Engine.Tensor embeddings = Model.Classifier.Embed(Kernels, objects, maskFeatures);
        return Vision.ClassHead.Classify(Kernels, embeddings, prototypes, perClass).ToTorch();
    }

    private (Engine.Tensor MaskFeatures, Engine.Tensor[] Memories)[] Decode(GoldenCase golden) =>
        [
            .. Enumerable
                .Range(0, (int)golden.In("feat0").shape[0])
                .Select(image =>
                    Model.PixelDecoder.Decode(
                        Kernels,
                        [.. Enumerable.Range(0, 4).Select(s => golden.In($"feat{s}")[image].ToEngineMap())],
                        default
                    )
                ),
        ];

    private static IEnumerable<Tensor> Images(Tensor batch) => Enumerable.Range(0, (int)batch.shape[0]).Select(i => batch[i]);

    /// <summary>Zeros where a source has nothing.</summary>
    private sealed class Padded(IReadOnlyList<TensorInfo> asked, ITensorSource source) : ITensorSource
    {
        public string Path => source.Path;

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
            asked.ToDictionary(info => info.Name, info => source.Tensors.GetValueOrDefault(info.Name, info));

        public void CopyTo(string name, Span<byte> destination)
        {
            destination.Clear();
            if (source.Tensors.ContainsKey(name))
            {
                source.CopyTo(name, destination);
            }
        }

        public void Dispose() => source.Dispose();
    }
}
