using OmgLlava.Alignment;
using OmgLlava.Perception;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class TextToVisionGolden
{
    private const string Encoder = "visual_encoder.";

    [Theory, GoldenData(GoldenKinds.TextToVision)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        PerceptionConfig config = GoldenPerception.Config(golden.Config, golden);
        using TextProjector projector = Projector(golden);
        using var model = new PerceptionModel(config, Placement.Default);
        GoldenPerception.Load(golden, model, published: Encoder, required: ["decoder", "level_embedding"]);
        DecoderMemory memory = GoldenPerception.Memory(golden, model);

        Tensor hidden = golden.In("seg_hidden");
        golden.Check("t2v", projector.Project(hidden));
        Check("mask_pred", model.Decoder);
        using (
            var engine = new GoldenVision(
                config,
                projector.Config with
                {
                    ImageChannels = config.EncoderWidths[3],
                },
                ("perception.", model),
                ("text_projector.", projector)
            )
        )
        {
            engine.CheckMasks(golden, "mask_pred");
        }

        if (golden.Has("out/mask_pred_llm0"))
        {
            using var decoder = new MaskDecoder(config, Placement.Default);
            GoldenPerception.Load(golden, decoder, ours: "segmentation_decoder.", published: Encoder, required: "");
            Check("mask_pred_llm", decoder);
            AlignmentConfig separate = projector.Config with
            {
                ImageChannels = config.EncoderWidths[3],
                SeparateMaskDecoder = true,
            };
            using var engine = new GoldenVision(
                config,
                separate,
                ("perception.", model),
                ("text_projector.", projector),
                ("segmentation_decoder.", decoder)
            );
            engine.CheckMasks(golden, "mask_pred_llm");
        }

        void Check(string prefix, MaskDecoder decoder)
        {
            (Tensor content, Tensor position) = projector.ProjectQueries(hidden);
            long[] images = [.. golden.In("batch_idx").data<long>()];
            DecodedQueries[] decoded =
            [
                .. images
                    .Index()
                    .Select(pair =>
                        decoder.DecodeAlone(
                            content.narrow(0, pair.Index, 1),
                            position.narrow(0, pair.Index, 1),
                            memory.Image(pair.Item),
                            keepStages: true
                        )
                    ),
            ];
            for (int stage = 0; stage < decoded[0].Stages.Count; stage++)
            {
                golden.Check($"{prefix}{stage}", cat([.. decoded.Select(d => d.Stages[stage].MaskLogits)], dim: 0));
            }

            // All [SEG] of one image together give what each gives alone.
            foreach (var group in images.Index().GroupBy(pair => pair.Item, pair => (long)pair.Index))
            {
                Tensor rows = tensor(group.ToArray());
                DecodedQueries together = decoder.DecodeAlone(
                    content.index_select(0, rows),
                    position.index_select(0, rows),
                    memory.Image(group.Key)
                );
                golden.Compare(
                    $"{prefix} together",
                    together.Last.MaskLogits[0],
                    golden[$"out/{prefix}{decoded[0].Stages.Count - 1}"].index_select(0, rows).squeeze(1)
                );
            }
        }
    }

    private static TextProjector Projector(GoldenCase golden)
    {
        Tensor first = golden["weights/projector_text2vision.model.0.weight"]; // (2C, D)
        var projector = new TextProjector(
            new AlignmentConfig
            {
                QueryChannels = (int)first.shape[0] / 2,
                LanguageWidth = (int)first.shape[1],
                ProjectorDepth = golden
                    .Names("weights/projector_text2vision.")
                    .Count(name => name.EndsWith(".weight", StringComparison.Ordinal)),
            },
            Placement.Default
        );
        GoldenAlignment.Load(golden, projector, AlignmentKeys.Text);
        return projector;
    }
}
