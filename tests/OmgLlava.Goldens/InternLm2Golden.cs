using OmgLlava.Torch.Language;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class InternLm2Golden
{
    [Theory, GoldenData(GoldenKinds.InternLm2)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var noGradient = no_grad();
        (TorchLanguageModel model, _) = GoldenLanguage.Build(golden, golden.Config, lora: null);
        Tensor mask = golden.In("attention_mask");
        var layers = new List<Tensor>();
        Tensor hidden = model.Forward(golden.In("inputs_embeds"), mask, golden.In("position_ids"), layers);
        layers.Add(hidden); // the last "hidden state" of the published model is the one after the final norm
        foreach (string key in golden.Names("out/hidden_states"))
        {
            int layer = int.Parse(key["out/hidden_states".Length..], System.Globalization.CultureInfo.InvariantCulture);
            GoldenLanguage.CheckMasked(golden, $"hidden_states{layer}", layers[layer], mask);
        }

        Tensor logits = model.Logits(hidden);
        GoldenLanguage.CheckMasked(golden, "logits", logits, mask);
        golden.Check("loss", Training.Losses.LanguageLoss.Compute(hidden, golden.In("labels"), model.Logits));
        GoldenLanguage.CheckGeneration(golden, new TorchLanguage(model));
        GoldenCpuEngine.Check(golden, model);
    }
}
