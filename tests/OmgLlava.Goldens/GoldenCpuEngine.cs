using OmgLlava.Language.Cpu;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>The C# engine on the weights of a golden case: in float32, within the case's tolerance.</summary>
internal static class GoldenCpuEngine
{
    public static void Check(GoldenCase golden, TorchLanguageModel model)
    {
        string folder = Directory.CreateTempSubdirectory("omg-golden-").FullName;
        try
        {
            string path = Path.Combine(folder, "language.safetensors");
            TorchTensors.Write(path, model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
            using var weights = SafetensorsFile.Open(path);
            using var engine = CpuLanguageModel.Load(
                weights,
                "",
                model.Config,
                model.EmbeddingRows,
                QuantizationConfig.All(WeightFormat.Float32)
            );
            GoldenLanguage.CheckGeneration(golden, engine);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
