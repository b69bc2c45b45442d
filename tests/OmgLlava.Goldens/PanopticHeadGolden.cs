using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class PanopticHeadGolden
{
    [Theory, GoldenData(GoldenKinds.PanopticHead)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var model = new PerceptionModel(GoldenPerception.Config(golden.Config, golden), Placement.Default);
        GoldenPerception.Load(golden, model, required: ["pixel_decoder", "decoder", "classifier", "query", "level_embedding"]);
        Tensor classes = golden.In("cls_embed_buffer").permute(1, 2, 0); // (K + 1, P, E), void last
        classes = classes.narrow(0, 0, classes.shape[0] - 1).contiguous();

        DecoderMemory memory = model.Remember(
            model.PixelDecoder.Decode([golden.In("feat0"), golden.In("feat1"), golden.In("feat2"), golden.In("feat3")])
        );
        DecodedQueries objects = model.DecodeObjects(memory, keepStages: true);
        for (int i = 0; i < objects.Stages.Count; i++)
        {
            DecoderStage stage = objects.Stages[i];
            Tensor logits = ClassHead.Classify(model.Classifier.Embed(stage, memory.MaskFeatures), classes);
            golden.Check($"cls_pred{i}", cat([logits, model.Classifier.PredictIou(stage)], dim: -1));
            golden.Check($"mask_pred{i}", stage.MaskLogits.narrow(1, 0, golden[$"out/mask_pred{i}"].shape[1]));
        }

        golden.Require(
            objects.Stages.Count == golden.CountNumbered("out/mask_pred"),
            "stages",
            $"{objects.Stages.Count} of them"
        );
        golden.Check("query_feat", objects.Content);
        golden.Check("query_embed", objects.Position);
        golden.Check("mask_features", memory.MaskFeatures);
        golden.Check("predict_mask_cls", ClassHead.Classify(model.Classifier.Embed(objects.Last, memory.MaskFeatures), classes));
        golden.Check("predict_iou", model.Classifier.PredictIou(objects.Last));
        Tensor slice = golden["out/predict_mask_slice"];
        golden.Check(
            "predict_mask_slice",
            nn.functional.interpolate(
                objects.Last.MaskLogits.narrow(1, 0, slice.shape[1]),
                size: slice.shape[2..],
                mode: InterpolationMode.Bilinear,
                align_corners: false
            )
        );

        DecodedQueries kept = model.DecodeObjects(memory);
        golden.Compare("last stage alone", kept.Last.MaskLogits, objects.Last.MaskLogits);
        using var engine = new GoldenVision(model.Config, null, ("perception.", model));
        engine.CheckPanopticHead(golden, classes);
    }
}
