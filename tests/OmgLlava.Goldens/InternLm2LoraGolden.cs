using OmgLlava.Language;
using OmgLlava.Torch.Language;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class InternLm2LoraGolden
{
    [Theory, GoldenData(GoldenKinds.InternLm2Lora)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var noGradient = no_grad();
        (TorchLanguageModel model, LoraAdapters? adapters) = GoldenLanguage.Build(
            golden,
            golden.Config,
            GoldenLanguage.Lora(golden.Config)
        );
        Forward(golden, model);

        Tensor[] before = [.. model.parameters().Select(parameter => parameter.clone())];
        model.Detach();
        model.Attach(adapters!);
        golden.Require(
            before.Zip(model.parameters(), (a, b) => a.eq(b).all().item<bool>()).All(same => same),
            "detach",
            "changed a weight"
        );

        model.Merge(adapters!);
        Forward(golden, model);
        GoldenCpuEngine.Check(golden, model);
        var merged = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (string key in golden.Names("out/merged/"))
        {
            golden.Compare(key, merged[InternLm2Keys.FromPublished(key["out/merged/".Length..])!], golden[key]);
        }
    }

    private static void Forward(GoldenCase golden, TorchLanguageModel model)
    {
        Tensor mask = golden.In("attention_mask");
        Tensor hidden = model.Forward(golden.In("inputs_embeds"), mask, golden.In("position_ids"));
        Tensor logits = model.Logits(hidden);
        GoldenLanguage.CheckMasked(golden, "hidden_last", hidden, mask);
        GoldenLanguage.CheckMasked(golden, "logits", logits, mask);
        golden.Check("loss", Training.Losses.LanguageLoss.Compute(hidden, golden.In("labels"), model.Logits));
        GoldenLanguage.CheckGeneration(golden, new TorchLanguage(model));
    }
}
