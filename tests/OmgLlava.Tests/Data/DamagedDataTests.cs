using OmgLlava.Data;
using OmgLlava.Data.Captions;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Json;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Regions;
using OmgLlava.Data.Semantic;
using OmgLlava.Data.Templates;

namespace OmgLlava.Tests.Data;

/// <summary>Every reader against thousands of damaged copies of its fixture: it reads them or says one sentence, and nothing
/// else.</summary>
public class DamagedDataTests
{
    private const int Copies = 100;

    private static readonly Dictionary<string, (string Set, string File, Func<string, object?> Read)> Readers = new()
    {
        ["referring"] = ("folder", "referring.json", folder => All(DataFolder.Open(folder))),
        ["instances"] = ("folder", "instances.json", folder => All(DataFolder.Open(folder))),
        ["panoptic"] = ("folder", "panoptic.json", folder => All(DataFolder.Open(folder))),
        ["panoptic png"] = ("folder", "panoptic/000001.png", folder => All(DataFolder.Open(folder))),
        ["captions"] = ("folder", "captions.json", folder => All(DataFolder.Open(folder))),
        ["regions"] = ("folder", "regions.json", folder => All(DataFolder.Open(folder))),
        ["points"] = ("folder", "points.json", folder => All(DataFolder.Open(folder))),
        ["conversations"] = ("folder", "conversations.json", folder => All(DataFolder.Open(folder))),
        ["refer"] = (
            "refer",
            "refcoco/refs(unc).p",
            folder => ReferSet.Open(folder, "refcoco").Expressions("train").Select(e => e.Target.ToMask()).ToList()
        ),
        ["reasonseg"] = ("reason_seg/val", "1.json", folder => ReasonSeg.Open(folder).ToList()),
        ["flickr"] = (
            "gcg",
            "flickr_mergedGT_GCG_val.json",
            folder =>
                Captions(
                    FlickrCaptions.Open(Path.Combine(folder, "flickr_mergedGT_GCG_val.json"), Path.Combine(folder, "images"))
                )
        ),
        ["refcocog captions"] = (
            "gcg",
            "RefCOCOg_GCG_val.json",
            folder =>
                Captions(RefCocogCaptions.Open(Path.Combine(folder, "RefCOCOg_GCG_val.json"), Path.Combine(folder, "images")))
        ),
        ["osprey conversations"] = (
            "osprey",
            "osprey_conversation.json",
            folder =>
                OspreyConversations
                    .Open(Path.Combine(folder, "osprey_conversation.json"), Path.Combine(folder, "images"))
                    .ToList()
        ),
        ["region captions"] = (
            "region_caption",
            "finetune_refcocog_val_with_mask.json",
            folder =>
                RegionCaptions
                    .Open(Path.Combine(folder, "finetune_refcocog_val_with_mask.json"), null, Path.Combine(folder, "images"))
                    .Select(c => c.Region.ToMask())
                    .ToList()
        ),
        ["class names"] = (
            "ade20k",
            "objectInfo150.txt",
            folder => SemanticSet.OpenAde20K(folder, "validation").Conversations().ToList()
        ),
        ["labels"] = (
            "ade20k",
            "annotations/validation/ADE_val_00000001.png",
            folder => SemanticSet.OpenAde20K(folder, "validation").Conversations().ToList()
        ),
        ["parts"] = (
            "parts",
            "paco_lvis_v1_train.json",
            folder =>
                ConversationBuilder
                    .Of(PartNames.Open(Path.Combine(folder, "paco_lvis_v1_train.json"), Path.Combine(folder, "images")))
                    .ToList()
        ),
        ["pope"] = (
            "pope",
            "coco_pope_random.json",
            folder => PopeQuestions.Open(Path.Combine(folder, "coco_pope_random.json"), Path.Combine(folder, "val2014"))
        ),
        ["mmbench"] = (
            "mmbench",
            "MMBench_DEV_EN.tsv",
            folder => MmBench.Open(Path.Combine(folder, "MMBench_DEV_EN.tsv")).Select(q => (q.Prompt, q.LoadImage())).ToList()
        ),
    };

    public static TheoryData<string> Names => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_file_is_read_or_refused_with_one_sentence(string name)
    {
        (string set, string file, Func<string, object?> read) = Readers[name];
        using var folder = new TemporaryFolder();
        Fixture.Copy(folder, set);
        byte[] whole = File.ReadAllBytes(folder[file]);
        Assert.NotNull(read(folder.Path));
        int refused = 0;
        for (int seed = 0; seed < Copies; seed++)
        {
            File.WriteAllBytes(folder[file], Damage(whole, new Random(seed)));
            try
            {
                read(folder.Path);
            }
            catch (OmgLlavaException error)
            {
                refused++;
                Assert.DoesNotContain('\n', error.Message);
                Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, 1, Copies);
    }

    [Fact]
    public void Records_are_found_across_the_pieces_in_which_a_file_is_read()
    {
        using var folder = new TemporaryFolder();
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), 1 << (i % 18)))];
        string json =
            $"\uFEFF[{string.Join(",\n", texts.Select((text, i) => $"{{\"i\": {i}, \"é\": \"{text}\", \"deep\": [[{{\"x\": [1, 2]}}]]}}"))}]";
        string path = folder.Write("long.json", System.Text.Encoding.UTF8.GetBytes(json + new string(' ', 3 << 20)));
        JsonRecords records = JsonIndex.Array(path);
        Assert.Equal(texts, records.All().Select(record => record.Text("é")));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), records.All().Select(record => record.Integer("i")));
        Assert.Contains("record 7 (line 7)", records[6].Error("x").Message, StringComparison.Ordinal);
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] bytes = (byte[])whole.Clone();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                int from = random.Next(bytes.Length);
                return [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + random.Next(1, 30))..]];
            case 2:
                int digit = Array.FindIndex(bytes, random.Next(bytes.Length), b => b is >= (byte)'0' and <= (byte)'9');
                return digit < 0 ? bytes : [.. bytes[..digit], .. "99999999999"u8[..random.Next(1, 11)], .. bytes[digit..]];
            default:
                for (int i = random.Next(1, 5); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }

    private static List<object> All(DataFolder folder) =>
        [
            .. folder.Kinds.SelectMany(kind => folder.ConversationsOf(kind)),
            .. folder.Panoptic?.Samples.Select(sample => sample.ReadMap()) ?? [],
        ];

    private static List<string> Captions(IReadOnlyList<GroundedCaption> captions) =>
        [.. captions.Select(caption => caption.ToAnswer() + caption.Masks().Count)];
}
