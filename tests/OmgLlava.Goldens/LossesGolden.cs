using OmgLlava.Alignment;
using OmgLlava.Conversion;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Training;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>Whole training steps: all losses and the gradients of what trains.</summary>
public class LossesGolden
{
    [Theory, GoldenData(GoldenKinds.Losses)]
    public void Matches(string name) =>
        GoldenCase.Run(
            name,
            golden =>
            {
                using OmgLlavaNetwork network = Build(golden);
                int vocabulary = network.Config.Language.VocabularySize; // [SEG], <p>, </p>, <region>, <mark> follow it
                var forward = new TrainingForward(
                    network,
                    new PromptPlaceholders(vocabulary + Offset("<region>"), vocabulary + Offset("<mark>")),
                    vocabulary + Offset("[SEG]"),
                    new LossWeights()
                );
                var batch = new TrainingBatch(
                    golden.In("images"),
                    new PromptTokens(golden.In("input_ids"), golden.In("attention_mask"), golden.In("labels")),
                    golden.In("regions"),
                    golden.In("points"),
                    golden.In("gt_masks")
                );
                Tune(golden, network, forward, batch);
                Pretrain(golden, network, forward, batch);
            }
        );

    private static int Offset(string token) => Tokenizer.AddedTokens.ToList().IndexOf(token);

    private static void Tune(GoldenCase golden, OmgLlavaNetwork network, TrainingForward forward, TrainingBatch batch)
    {
        LossTerms terms = forward.Tune(
            batch,
            (stage, logits) =>
            {
                golden.Compare($"mid/mask_pred{stage}", logits.unsqueeze(1), golden[$"mid/mask_pred{stage}"]);
                return golden.In($"point_coords{stage}");
            }
        );
        golden.Check("loss", terms.Language);
        golden.Check("loss_dice", terms.Dice);
        golden.Check("loss_mask", terms.MaskCrossEntropy);
        golden.Check("loss_proj", terms.Projector);
        Tensor total = terms.Total();
        golden.Check("total", total);
        total.backward();
        CheckGradients(golden, network, "out/grad/");

        int stages = golden.CountNumbered("in/point_coords");
        MaskLosses perStage = MaskLoss.Compute(
            [.. Enumerable.Range(0, stages).Select(stage => golden[$"mid/mask_pred{stage}"].squeeze(1))],
            batch.Masks!,
            (stage, _) => golden.In($"point_coords{stage}")
        );
        golden.Check("dice_per_layer", perStage.Dice);
        golden.Check("mask_per_layer", perStage.CrossEntropy);
    }

    private static void Pretrain(GoldenCase golden, OmgLlavaNetwork network, TrainingForward forward, TrainingBatch batch)
    {
        using (no_grad())
        {
            using var perception = network.Perception.Perceive(batch.Pixels);
            Tensor queries = ProjectorRegularizer.Queries(perception.ObjectQueries, perception.Prior.Unassigned);
            golden.Check("pretrain/gt_obj_query", queries);
            golden.Check(
                "pretrain/pred_obj_query",
                ProjectorRegularizer.Return(network.VisualProjector, network.TextProjector, queries)
            );
            golden.Check("pretrain/attn_mask", perception.Prior.Unassigned);
        }

        foreach ((_, Tensor parameter) in network.Tensors())
        {
            parameter.grad?.zero_();
        }

        LossTerms terms = forward.Pretrain(batch);
        golden.Check("pretrain/loss_proj", terms.Projector);
        golden.Compare("pretrain language loss", terms.Language, golden["out/loss"]);
        golden.Require(terms.Dice.item<float>() == 0 && terms.MaskCrossEntropy.item<float>() == 0, "pretrain", "has mask losses");
        terms.Projector.backward();
        CheckGradients(golden, network, "out/pretrain/grad/");
    }

    /// <summary>A case holds the first rows of a large gradient.</summary>
    private static void CheckGradients(GoldenCase golden, OmgLlavaNetwork network, string prefix)
    {
        var parameters = network.Tensors().ToDictionary(t => t.Name, t => t.Tensor);
        foreach (string key in golden.Names(prefix))
        {
            string name =
                PublishedNames.Alignment(key[prefix.Length..])
                ?? throw new InvalidOperationException($"Nothing is called {key}.");
            Tensor expected = golden[key];
            golden.Compare(key, parameters[name].grad!.narrow(0, 0, expected.shape[0]), expected);
        }
    }

    private static OmgLlavaNetwork Build(GoldenCase golden)
    {
        (_, LanguageConfig language) = PublishedLanguageConfig.Read(golden.Folder, golden.Config.GetProperty("llm"));
        PerceptionConfig perception = GoldenPerception.Config(golden.Config.GetProperty("vision"), golden);
        var config = new OmgLlavaConfig
        {
            Perception = perception,
            Language = language,
            EmbeddingRows = (int)golden["weights/llm.base_model.model.model.tok_embeddings.weight"].shape[0],
            Alignment = GoldenAlignment.Config(golden) with
            {
                ImageChannels = perception.EncoderWidths[3],
                PixelShuffleRatio = perception.PixelShuffleRatio,
                SeparateMaskDecoder = golden
                    .Names("weights/")
                    .Any(name => name.Contains("decoder_llm.", StringComparison.Ordinal)),
            },
            Lora = GoldenLanguage.Lora(golden.Config.GetProperty("lora")),
        };
        var network = new OmgLlavaNetwork(config, Placement.Default, Placement.Default);
        var missing = network.Tensors().ToDictionary(t => t.Name, t => t.Tensor);
        using (no_grad())
        {
            foreach ((string published, Tensor value) in golden.Weights())
            {
                string? name =
                    published == "ov_class_embed" ? "perception.class_embeddings" : PublishedNames.Alignment(published);
                bool known = missing.Remove(name ?? "", out Tensor? target);
                golden.Require(known || PublishedNames.IsLeftover(published), published, "fits no parameter");
                target?.copy_(value);
            }
        }

        golden.Require(missing.Count == 0, "weights", $"the case fills no {string.Join(", ", missing.Keys)}");
        return network;
    }
}
