using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>Writes model directories with random weights: to train from, to measure with, to try things out.</summary>
internal static class NewModel
{
    /// <summary>The tensors that <see cref="Write"/> writes.</summary>
    public static IReadOnlyList<TensorInfo> Describe(ModelPreset preset) =>
        [
            .. ModelTensors
                .Describe(preset.Config)
                .Select(info =>
                    info.Name.StartsWith("language.", StringComparison.Ordinal) ? info with { DType = preset.LanguageType } : info
                ),
        ];

    /// <summary>Writes a model directory.</summary>
    /// <param name="preset">The shape.</param>
    /// <param name="folder">Made if it does not exist; it must not hold a model.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="tokenizer">A folder with a tokenizer to copy; null for one that is made up, whose words mean nothing.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellation">Stops between tensors; no half-written file is left.</param>
    /// <exception cref="OmgLlavaException">The folder holds a model, or a file cannot be written.</exception>
    public static void Write(
        ModelPreset preset,
        string folder,
        int seed = 0,
        string? tokenizer = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var model = UnfinishedModel.Begin(folder);
        if (tokenizer is null)
        {
            MadeUpVocabulary.Write(folder, preset.Config.Language.VocabularySize);
        }
        else
        {
            Tokenizer.Load(tokenizer); // a damaged one is refused before gigabytes are written
            ModelDirectory.CopyTokenizer(tokenizer, folder);
        }

        var random = new RandomWeights(seed);
        long done = 0;
        SafetensorsWriter.WriteSharded(
            folder,
            Describe(preset),
            random.Fill,
            written: tensor =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(done += tensor.ByteCount);
            }
        );
        preset.Config.Save(Path.Combine(folder, ModelDirectory.ConfigName));
        model.Finish();
    }
}
