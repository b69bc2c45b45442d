using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Tests.Language.Families;

namespace OmgLlava.Tests.Conversion;

/// <summary>A folder of another family than InternLM2 as the language part of a model.</summary>
public sealed class FamilyConversionTests : IDisposable
{
    private readonly TemporaryFolder _published = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_Qwen2_becomes_the_language_part_of_a_model()
    {
        PublishedCase.Create("qwen2").Write(_published);
        FamilyTokenizerTests.WritePairs(_published);
        using (
            CheckpointConverter converter = CheckpointConverter.Open(
                Files(),
                new ConversionOptions { LanguageType = ElementType.Float32 }
            )
        )
        {
            converter.Write(_folder["model"]);
        }

        using (
            CheckpointConverter converter = CheckpointConverter.Open(
                Files(),
                new ConversionOptions { Quantization = QuantizationConfig.Of(WeightFormat.Int8) }
            )
        )
        {
            converter.Write(_folder["int8"]);
        }

        Assert.True(
            File.Exists(Path.Combine(_folder["model"], "vocab.json")) && File.Exists(Path.Combine(_folder["model"], "merges.txt"))
        );
        IReadOnlyList<int>? first = null;
        foreach (
            (string name, LanguageEngine engine) in ((string, LanguageEngine)[])
                [("model", LanguageEngine.Torch), ("model", LanguageEngine.Cpu), ("int8", LanguageEngine.Cpu)]
        )
        {
            using var model = OmgLlavaModel.Load(_folder[name], new LoadOptions { Engine = engine });
            Assert.Equal(
                ("qwen2", true, 272),
                (model.Config.Language.ModelType, model.Config.Language.TieWordEmbeddings, model.Config.EmbeddingRows)
            );
            Assert.Equal("", model.Config.Template.Begin);
            using ImageChat chat = model.StartChat(TinyModel.Picture);
            Reply reply = await chat.AskAsync(
                "What is this?",
                options: new GenerationOptions { MaxNewTokens = 4 },
                cancellation: TestContext.Current.CancellationToken
            );
            Assert.InRange(reply.Tokens.Count, 1, 4);
            first ??= reply.Tokens;
            if (name == "model")
            {
                Assert.Equal(first, reply.Tokens);
            }
        }
    }

    [Fact]
    public void A_family_that_is_not_known_is_named()
    {
        PublishedCase model = PublishedCase.Create("qwen2");
        model.Config["model_type"] = "gemma";
        model.Write(_published);
        FamilyTokenizerTests.WritePairs(_published);
        var error = Assert.Throws<OmgLlavaException>(() => CheckpointConverter.Open(Files()));
        Assert.Contains("'gemma'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _published.Dispose();
        _folder.Dispose();
    }

    /// <summary>The golden model with projectors alone, as a pretraining saves them.</summary>
    private PublishedFiles Files() =>
        PublishedForms.Files(
            language: _published.Path,
            tuned:
            [
                PublishedForms.Rename(
                    PublishedForms.Tuned,
                    _folder["projectors.safetensors"],
                    key => key.StartsWith("llm.", StringComparison.Ordinal) ? null : key
                ),
            ]
        );
}
