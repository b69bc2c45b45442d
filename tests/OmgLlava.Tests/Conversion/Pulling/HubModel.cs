using OmgLlava.Conversion;

namespace OmgLlava.Tests.Conversion.Pulling;

/// <summary>The golden model as its publisher would offer it: the names of the real model page, the shapes sized down, made-up
/// weights.</summary>
internal static class HubModel
{
    public const string Page = "publisher/OMG-LLaVA";
    public const string Clip = "publisher/CLIP";
    public const string Tuned = "omg_llava_7b_finetune_8gpus.pth";

    /// <summary>The same files as a conversion takes them one by one.</summary>
    public static PublishedFiles Plain =>
        PublishedForms.Files(
            omgSeg: PublishedForms.Sample("omg_seg_headonly.pth"),
            others: PublishedForms.Sample("open_clip_pytorch_model.bin")
        );

    /// <summary>Puts the files on a hub and writes the manifest that names them.</summary>
    public static string Offer(FakeHub hub, TemporaryFolder folder)
    {
        foreach ((string repository, string path, string file) in Files())
        {
            hub.Add(repository, path, File.ReadAllBytes(file), large: Path.GetExtension(path) is ".pth" or ".bin" or ".model");
        }

        return WriteManifest(folder);
    }

    /// <summary>Lays the files out in a folder, as a person who downloaded them has them.</summary>
    public static string LayOut(string folder)
    {
        foreach ((string _, string path, string file) in Files())
        {
            string target = Path.Combine([folder, .. path.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return folder;
    }

    /// <summary>The manifest of the real model with the repositories of the small one, and the configuration that its sizes
    /// need.</summary>
    public static string WriteManifest(TemporaryFolder folder) =>
        folder.Write(
            "golden.json",
            System.Text.Encoding.UTF8.GetBytes(
                $$"""
                {
                  "name": "golden",
                  "tasks": ["refseg"],
                  "config": {{File.ReadAllText(Path.Combine(Repository.Published, "config.json"))}},
                  "parts": [
                    { "role": "head", "choices": [{ "repository": "{{Page}}", "files": ["omg_seg_convl.pth"] }] },
                    { "role": "backbone", "choices": [
                      { "repository": "{{Clip}}", "files": ["open_clip_model.safetensors"] },
                      { "repository": "{{Clip}}", "files": ["open_clip_pytorch_model.bin"] }] },
                    { "role": "classes", "choices": [{ "repository": "{{Page}}", "files": ["convnext_large_d_320_CocoPanopticOVDataset.pth"] }] },
                    { "role": "language", "folder": true, "choices": [
                      { "repository": "{{Page}}", "files": ["internlm2-chat-7b/config.json", "internlm2-chat-7b/tokenizer*", "internlm2-chat-7b/special_tokens_map.json?", "internlm2-chat-7b/pytorch_model.bin.index.json?", "internlm2-chat-7b/pytorch_model*.bin"] }] },
                    { "role": "fine-tuning", "task": "general", "choices": [{ "repository": "{{Page}}", "files": ["{{Tuned}}"] }] },
                    { "role": "task", "task": "refseg", "choices": [{ "repository": "{{Page}}", "files": ["finetuned_refseg.pth"] }] },
                    { "role": "pretraining", "reserve": true, "choices": [{ "repository": "{{Page}}", "files": ["omg_llava_7b_pretrain_8gpus.pth"] }] }
                  ]
                }
                """
            )
        );

    private static IEnumerable<(string Repository, string Path, string File)> Files()
    {
        yield return (Page, "omg_seg_convl.pth", PublishedForms.Sample("omg_seg_headonly.pth"));
        yield return (Clip, "open_clip_pytorch_model.bin", PublishedForms.Sample("open_clip_pytorch_model.bin"));
        yield return (Page, "convnext_large_d_320_CocoPanopticOVDataset.pth", PublishedForms.Classes);
        foreach (string file in Directory.EnumerateFiles(PublishedForms.Language))
        {
            yield return (Page, $"internlm2-chat-7b/{Path.GetFileName(file)}", file);
        }

        yield return (Page, Tuned, PublishedForms.Tuned);
        yield return (Page, "README.md", PublishedForms.Sample("../goldens/end_to_end/case.json"));
    }
}
