using OmgLlava.Conversion;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Weights;

/// <summary>Model directories that something is wrong with: each is refused with its reason.</summary>
public class ModelDirectoryTests(TinyModel tiny)
{
    [Fact]
    public void A_folder_without_configuration_is_no_model()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("it has no config.json", Message(folder.Path), StringComparison.Ordinal);
        Assert.Contains("does not exist", Message(folder["none"]), StringComparison.Ordinal);
        File.WriteAllText(folder["weights"], "");
        Assert.Contains("is a file, not a model directory", Message(folder["weights"]), StringComparison.Ordinal);
        File.WriteAllText(folder["config.json"], "{}");
        Assert.Contains($"around it: '{folder.Path}'", Message(folder["weights"]), StringComparison.Ordinal);
    }

    /// <summary>As a process leaves it that is killed between the weights and the configuration, or after both.</summary>
    [Theory, InlineData("model.safetensors"), InlineData("config.json")]
    public void What_a_killed_run_left_is_no_model_and_the_next_run_begins_anew(string last)
    {
        using var folder = new TemporaryFolder();
        string[] left = [UnfinishedModel.MarkName, "model.safetensors", "model.safetensors.abc.tmp", last];
        Array.ForEach(left, name => File.WriteAllText(folder[name], "{}"));
        File.WriteAllText(folder["notes.tmp"], "mine");
        Assert.Contains("is not whole", Message(folder.Path), StringComparison.Ordinal);
        using (var model = UnfinishedModel.Begin(folder.Path))
        {
            Assert.Equal(["notes.tmp", UnfinishedModel.MarkName], Names(folder).Order(StringComparer.Ordinal).Reverse());
            Assert.Throws<OmgLlavaException>(() => UnfinishedModel.Begin(folder.Path)); // somebody writes
            File.WriteAllText(folder["config.json"], "{}");
            model.Finish();
        }

        Assert.Equal(["config.json", "notes.tmp"], Names(folder).Order());
        var error = Assert.Throws<OmgLlavaException>(() => UnfinishedModel.Begin(folder.Path));
        Assert.Contains("already holds a model", error.Message, StringComparison.Ordinal);
        Assert.Equal(["config.json", "notes.tmp"], Names(folder).Order());

        static IEnumerable<string> Names(TemporaryFolder folder) =>
            Directory.EnumerateFiles(folder.Path).Select(path => Path.GetFileName(path)!);
    }

    [Fact]
    public void A_run_that_fails_leaves_nothing_that_looks_like_a_model()
    {
        using var folder = new TemporaryFolder();
        using (UnfinishedModel.Begin(folder.Path))
        {
            File.WriteAllText(folder["model.safetensors"], "{}");
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("{", "is not a model configuration")]
    [InlineData("""{"classes": [7]}""", "is not a model configuration: 'classes[0]' (line 1) has a wrong type.")]
    [InlineData("""{"model_type": "llama"}""", "is of type 'llama'")]
    [InlineData("""{"format": 7}""", "format 7")]
    [InlineData("""{"unknown_key": 1}""", "unknown_key")]
    [InlineData("""{"embedding_rows": 5}""", "embedding_rows (5) must be at least the vocabulary size")]
    [InlineData("""{"image": {"size": 100}}""", "multiple of 64")]
    [InlineData("""{"perception": {"channels": 48}}""", "multiple of 32")]
    public void A_configuration_that_does_not_fit_is_refused(string json, string reason) =>
        Damaged(reason, folder => File.WriteAllText(folder["config.json"], json));

    [Fact]
    public void Truncated_weights_are_refused() =>
        Damaged(
            "it may be truncated",
            folder =>
            {
                using FileStream file = File.OpenWrite(folder["model.safetensors"]);
                file.SetLength(file.Length - 100);
            }
        );

    [Fact]
    public void Weights_of_another_model_are_refused() =>
        Damaged(
            "do not fit the model",
            folder =>
            {
                using ITensorSource whole = TensorSources.Open(tiny.Directory);
                TensorInfo[] kept = [.. whole.Tensors.Values.Where(info => info.Name != "text_projector.mlp.0.bias")];
                SafetensorsWriter.Write(folder["model.safetensors"], kept, (info, bytes) => whole.CopyTo(info.Name, bytes));
            }
        );

    [Fact]
    public void A_tokenizer_of_another_size_is_refused()
    {
        Damaged(
            "they do not belong together",
            folder =>
            {
                File.Delete(folder["tokenizer_config.json"]);
                MadeUpVocabulary.Write(folder.Path, 1000);
            }
        );
        Damaged("is a text ('no model')", folder => File.WriteAllText(folder["tokenizer.model"], "no model"));
        Damaged(
            "is not a SentencePiece model or is damaged",
            folder => File.WriteAllBytes(folder["tokenizer.model"], [0xFF, 0x00, 0x01])
        );
        Damaged("tokenizer.model' does not exist", folder => File.Delete(folder["tokenizer.model"]));
        Damaged(
            "is damaged",
            folder => File.WriteAllText(folder["tokenizer_config.json"], """{"added_tokens_decoder": {"x": 1}}""")
        );
    }

    [Fact]
    public void The_hash_tells_weights_apart()
    {
        string original = ModelDirectory.WeightsHash(tiny.Directory);
        Assert.Equal(12, original.Length);
        using var folder = new TemporaryFolder();
        tiny.CopyTo(folder.Path + "/m");
        Assert.Equal(original, ModelDirectory.WeightsHash(folder.Path + "/m"));
        NewModel.Write(ModelPreset.Find("tiny"), folder["a"], seed: 1);
        NewModel.Write(ModelPreset.Find("tiny"), folder["b"], seed: 2);
        NewModel.Write(ModelPreset.Find("tiny"), folder["c"], seed: 1);
        Assert.NotEqual(ModelDirectory.WeightsHash(folder["a"]), ModelDirectory.WeightsHash(folder["b"]));
        Assert.Equal(ModelDirectory.WeightsHash(folder["a"]), ModelDirectory.WeightsHash(folder["c"]));
    }

    [Fact]
    public void A_model_too_large_for_memory_is_refused_before_it_is_loaded()
    {
        var budget = new OmgLlava.Runtime.MemoryBudget(20_000_000_000, 8_000_000_000);
        Assert.False(budget.Fits);
        Assert.Equal("needs about 20.0 GB of memory; 8.0 GB are available", budget.ToString());
        Assert.InRange(OmgLlavaModel.EstimateMemory(tiny.Directory).Needed, 1_000_000, 200_000_000);
        Assert.InRange(OmgLlava.Runtime.MemoryBudget.AvailableBytes(), 100_000_000, long.MaxValue);
    }

    private void Damaged(string reason, Action<TemporaryFolder> damage)
    {
        using var folder = new TemporaryFolder();
        Directory.Delete(folder.Path);
        tiny.CopyTo(folder.Path);
        damage(folder);
        Assert.Contains(reason, Message(folder.Path), StringComparison.Ordinal);
    }

    private static string Message(string folder) => Assert.Throws<OmgLlavaException>(() => OmgLlavaModel.Load(folder)).Message;
}
