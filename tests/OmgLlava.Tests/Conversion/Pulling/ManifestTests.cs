using OmgLlava.Conversion.Pulling;

namespace OmgLlava.Tests.Conversion.Pulling;

public class ManifestTests
{
    /// <summary>The published model page's files by the names that its page has.</summary>
    [Theory]
    [InlineData("general", "omg_llava_7b_finetune_8gpus.pth")]
    [InlineData("refseg", "finetuned_refseg.pth")]
    [InlineData("gcg", "finetuned_gcg.pth")]
    public void Each_task_takes_the_files_that_it_needs(string task, string tuned)
    {
        string[] page =
        [
            "README.md",
            "convnext_large_d_320_CocoPanopticOVDataset.pth",
            "finetuned_gcg.pth",
            "finetuned_refseg.pth",
            "omg_llava_7b_finetune_8gpus.pth",
            "omg_llava_7b_pretrain_8gpus.pth",
            "omg_seg_convl.pth",
            "internlm2-chat-7b/config.json",
            "internlm2-chat-7b/modeling_internlm2.py",
            "internlm2-chat-7b/pytorch_model-00001-of-00008.bin",
            "internlm2-chat-7b/pytorch_model.bin.index.json",
            "internlm2-chat-7b/tokenizer.model",
            "internlm2-chat-7b/tokenizer_config.json",
        ];
        string[] clip = ["open_clip_config.json", "open_clip_pytorch_model.bin", "tokenizer.json"];
        string[] taken =
        [
            .. ModelManifest
                .Find("omg-llava-7b")
                .PartsOf(task)
                .Where(part => !part.Reserve)
                .SelectMany(part =>
                    part.Choices.Select(choice =>
                            choice.Match(choice.Repository.StartsWith("laion/", StringComparison.Ordinal) ? clip : page)
                        )
                        .First(files => files is not null)!
                ),
        ];
        Assert.Equal(
            [
                "convnext_large_d_320_CocoPanopticOVDataset.pth",
                "internlm2-chat-7b/config.json",
                "internlm2-chat-7b/pytorch_model-00001-of-00008.bin",
                "internlm2-chat-7b/pytorch_model.bin.index.json",
                "internlm2-chat-7b/tokenizer.model",
                "internlm2-chat-7b/tokenizer_config.json",
                "omg_seg_convl.pth",
                "open_clip_pytorch_model.bin",
                tuned,
            ],
            taken.Order(StringComparer.Ordinal).OrderBy(path => path == tuned)
        );
    }

    [Theory]
    [InlineData("{}", "required")]
    [InlineData("[]", "not a valid manifest")]
    [InlineData("""{"name": "../x", "parts": [{"role": "r", "choices": [{"repository": "a/b", "files": ["c"]}]}]}""", "name")]
    [InlineData("""{"name": "x", "parts": []}""", "no parts")]
    [InlineData("""{"name": "x", "parts": [{"role": "r", "choices": []}]}""", "no choices")]
    [InlineData(
        """{"name": "x", "parts": [{"role": "r", "choices": [{"repository": "a/../b", "files": ["c"]}]}]}""",
        "not a repository"
    )]
    [InlineData(
        """{"name": "x", "parts": [{"role": "r", "choices": [{"repository": "a/b", "files": ["../c"]}]}]}""",
        "not a path"
    )]
    [InlineData(
        """{"name": "x", "parts": [{"role": "r", "choices": [{"repository": "a/b", "files": ["c"], "revision": "../../x"}]}]}""",
        "not a revision"
    )]
    public void A_manifest_that_is_none_is_refused(string json, string why)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("m.json", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Contains(why, Assert.Throws<OmgLlavaException>(() => ModelManifest.Find(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_models_and_tasks_are_refused_with_what_there_is()
    {
        Assert.Contains(
            "'omg-llava-7b'",
            Assert.Throws<OmgLlavaException>(() => ModelManifest.Find("omg-llava-13b")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'refseg'",
            Assert.Throws<OmgLlavaException>(() => ModelManifest.Find("omg-llava-7b").PartsOf("vqa")).Message,
            StringComparison.Ordinal
        );
    }
}
