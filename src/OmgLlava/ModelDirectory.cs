using System.Security.Cryptography;
using OmgLlava.Files;
using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>
/// A folder with a whole model: <c>config.json</c>, safetensors, the tokenizer, and nothing that runs.
/// </summary>
internal static class ModelDirectory
{
    /// <summary>Name of the configuration.</summary>
    public const string ConfigName = "config.json";

    private const int SampledBlocks = 64;
    private const int BlockBytes = 4096;

    /// <summary>Copies the files of a tokenizer that a folder has.</summary>
    internal static void CopyTokenizer(string from, string to)
    {
        foreach (string name in Language.TokenizerFiles.Names(from))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }

    /// <summary>Copies the list of words that a model was taught, where its directory has one.</summary>
    internal static void CopyWords(string from, string to)
    {
        const string Name = Words.ModelWords.FileName;
        if (File.Exists(Path.Combine(from, Name)))
        {
            File.Copy(Path.Combine(from, Name), Path.Combine(to, Name), overwrite: true);
        }
    }

    /// <summary>SHA-256 of the tokenizer's files that a folder has, by their names.</summary>
    internal static IReadOnlyDictionary<string, string> TokenizerHashes(string folder) =>
        Language
            .TokenizerFiles.Names(folder)
            .ToDictionary(name => name, name => TensorHashes.Of(File.ReadAllBytes(Path.Combine(folder, name))));

    /// <summary>Opens the weights of a model directory; what is stored in 8 bits with scales is given as float32.</summary>
    /// <exception cref="OmgLlavaException">The folder or its weights are missing or damaged.</exception>
    public static ITensorSource OpenWeights(string folder)
    {
        RequireConfig(folder);
        return ScaledTensors.Over(TensorSources.Open(folder));
    }

    /// <summary>Reads the configuration of a model directory.</summary>
    /// <exception cref="OmgLlavaException">The folder has none, or it is not valid.</exception>
    public static OmgLlavaConfig ReadConfig(string folder)
    {
        RequireConfig(folder);
        return OmgLlavaConfig.Load(Path.Combine(folder, ConfigName));
    }

    /// <summary>
    /// Twelve hexadecimal digits that tell weights apart: SHA-256 over each file's length, its first bytes (which describe all
    /// tensors) and 64 blocks spread over it. Reading 16 GB in full for each start would take longer than loading them.
    /// </summary>
    public static string WeightsHash(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal))
        {
            using FileStream file = InputFile.Open(path);
            hash.AppendData(BitConverter.GetBytes(file.Length));
            byte[] block = new byte[BlockBytes];
            for (int i = 0; i <= SampledBlocks; i++)
            {
                file.Position = Math.Max(0, file.Length - BlockBytes) / SampledBlocks * i;
                int read = file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
                hash.AppendData(block, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static void RequireConfig(string folder)
    {
        if (File.Exists(folder))
        {
            string? parent = Path.GetDirectoryName(Path.GetFullPath(folder));
            throw new OmgLlavaException(
                File.Exists(Path.Combine(parent ?? "", ConfigName))
                    ? $"'{folder}' is a file; the model is the directory around it: '{parent}'."
                    : $"'{folder}' is a file, not a model directory; 'omg-llava convert' makes one of published files."
            );
        }

        if (!Directory.Exists(folder))
        {
            throw new OmgLlavaException(
                $"The model directory '{folder}' does not exist. 'omg-llava pull' brings a published model."
            );
        }

        if (UnfinishedModel.Is(folder))
        {
            throw new OmgLlavaException(
                $"The model in '{folder}' is not whole: it is being written, or what wrote it was stopped. Run that command again."
            );
        }

        if (!File.Exists(Path.Combine(folder, ConfigName)))
        {
            throw new OmgLlavaException(
                $"'{folder}' is not a model directory: it has no {ConfigName}. Published files become one with 'omg-llava "
                    + $"convert'."
            );
        }
    }
}
