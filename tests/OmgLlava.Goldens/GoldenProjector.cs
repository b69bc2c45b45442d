using OmgLlava.Alignment;
using OmgLlava.Perception;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>Compares the visual projector with a case of any of the three projector kinds.</summary>
internal static class GoldenProjector
{
    /// <summary>The ablations that a case may hold besides its own configuration.</summary>
    private static readonly (string Name, bool RemovePrior, bool RemoveObjectTokens)[] Variants =
    [
        ("rm_prior/", true, false),
        ("rm_query/", false, true),
        ("rm_both/", true, true),
    ];

    public static void Compare(GoldenCase golden)
    {
        AlignmentConfig config = GoldenAlignment.Config(golden);
        using (VisualProjector projector = Build(golden, config))
        {
            VisualTokens tokens = Project(golden, projector);
            CompareTokens(golden, "", tokens);
            golden.Check(
                "visual_prompt_embeddings",
                projector.ProjectPrompts(golden.In("visual_prompts"), golden.In("prompt_batch_idx"), tokens)
            );
            CheckEngine(golden, "", projector);
        }

        foreach (
            (string name, bool removePrior, bool removeObjectTokens) in Variants.Where(v => golden.Has($"out/{v.Name}tokens0"))
        )
        {
            using VisualProjector variant = Build(
                golden,
                config with
                {
                    RemovePrior = removePrior,
                    RemoveObjectTokens = removeObjectTokens,
                }
            );
            CompareTokens(golden, name, Project(golden, variant));
            CheckEngine(golden, name, variant);
        }
    }

    private static VisualProjector Build(GoldenCase golden, AlignmentConfig config)
    {
        var projector = new VisualProjector(config, new PerceptionConfig(), Placement.Default);
        GoldenAlignment.Load(golden, projector, AlignmentKeys.Visual);
        return projector;
    }

    private static VisualTokens Project(GoldenCase golden, VisualProjector projector)
    {
        Tensor[] parts = golden.In("clip_feature").split([projector.Config.FeatureWidth, projector.Config.QueryWidth], dim: -1);
        return projector.ProjectImages(
            parts[0],
            new PerceptionPrior(parts[1], golden.In("attention_mask")),
            golden.In("query_feat")
        );
    }

    private static void CheckEngine(GoldenCase golden, string variant, VisualProjector projector)
    {
        PerceptionConfig any = new()
        {
            Channels = 32,
            Queries = 1,
            EncoderWidths = [4, 4, 4, 4],
            EncoderDepths = [1, 1, 1, 1],
        };
        using var engine = new GoldenVision(any, projector.Config, ("visual_projector.", projector));
        engine.CheckProjector(golden, variant, projector.Config);
    }

    private static void CompareTokens(GoldenCase golden, string variant, VisualTokens tokens)
    {
        golden.Require(
            tokens.Images.Count == golden.CountNumbered($"out/{variant}tokens"),
            variant,
            $"{tokens.Images.Count} images"
        );
        foreach ((int i, Tensor image) in tokens.Images.Index())
        {
            golden.Check($"{variant}tokens{i}", image);
        }
    }
}
