using System.Text.Json;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.MetricGoldens;

/// <summary>Captions against coco-caption: Stanford's tokenizer, BLEU, ROUGE-L, CIDEr-D and METEOR without paraphrases.</summary>
public class CaptionGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Caption)]
    public void Tokens(string name) =>
        MetricCase.Run(
            name,
            "tokens",
            golden =>
            {
                JsonElement[] items = [.. golden.Read("tokens.json").GetProperty("items").EnumerateArray()];
                foreach ((int i, JsonElement item) in items.Index())
                {
                    string text = item.GetProperty("text").GetString()!;
                    golden.Equal($"{i}.ptb", string.Join(' ', PtbTokenizer.Cut(text)), item.GetProperty("ptb").GetString()!);
                    golden.Equal($"{i}.tokens", PtbTokenizer.Tokenize(text), item.GetProperty("tokens").GetString()!);
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Caption)]
    public void Scores(string name)
    {
        string path = Path.Combine(MetricFolder.Root, name, "expected.json");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Multiple([
            .. expected
                .RootElement.EnumerateObject()
                .SelectMany(run =>
                    run.Name == "meteor_without_paraphrases"
                        ? run.Value.EnumerateObject().Select<JsonProperty, Action>(stages => () => RunMeteor(name, stages))
                        :
                        [
                            () =>
                                MetricCase.Run(
                                    name,
                                    run.Name,
                                    golden => CompareScores(golden, run.Value, run.Name != "untokenized")
                                ),
                        ]
                ),
        ]);
    }

    private static void CompareScores(MetricCase golden, JsonElement run, bool tokenize)
    {
        (long Image, CaptionSample Caption)[] captions = Captions(golden, run.GetProperty("per_sample"));
        CaptionResult result = CaptionEvaluator.Evaluate([.. captions.Select(caption => caption.Caption)], tokenize: tokenize);
        Compare("overall", result.Overall, run.GetProperty("overall"));
        foreach (((long image, _), CaptionScores scores) in captions.Zip(result.Samples))
        {
            Compare($"{image}", scores, run.GetProperty("per_sample").GetProperty($"{image}"));
        }

        void Compare(string label, CaptionScores scores, JsonElement expected)
        {
            foreach (JsonProperty value in expected.EnumerateObject())
            {
                double actual = value.Name switch
                {
                    "ROUGE_L" => scores.RougeL,
                    "CIDEr" => scores.Cider,
                    _ => scores.Bleu[int.Parse(value.Name["Bleu_".Length..], null) - 1],
                };
                golden.Number($"{label}.{value.Name}", actual, value.Value);
            }
        }
    }

    private static void RunMeteor(string name, JsonProperty stages)
    {
        bool synonyms = stages.Name.Contains("synonym", StringComparison.Ordinal);
        if (synonyms && WordNet.FindFolder() is null)
        {
            MetricCase.Skip(
                name,
                $"meteor_{stages.Name}",
                $"WordNet is absent: install wordnet-base or set {WordNet.FolderVariable}"
            );
            return;
        }

        MetricCase.Run(
            name,
            $"meteor_{stages.Name}",
            golden =>
            {
                var scorer = new MeteorScorer(
                    new MeteorOptions
                    {
                        StageWeights =
                            synonyms ? [1, 0.6, 0.8, 0.6]
                            : stages.Name.Contains("stem", StringComparison.Ordinal) ? [1, 0.6]
                            : [1],
                        Synonyms = synonyms ? WordNet.Find() : null,
                    }
                );
                var sum = new MeteorStatistics();
                foreach ((long image, CaptionSample caption) in Captions(golden, stages.Value.GetProperty("per_sample")))
                {
                    MeteorStatistics statistics = scorer.Compare(
                        PtbTokenizer.Tokenize(caption.Candidate),
                        [.. caption.References.Select(PtbTokenizer.Tokenize)]
                    );
                    sum.Add(statistics);
                    golden.Equal(
                        $"{image}.stats",
                        statistics.ToString(),
                        stages.Value.GetProperty("stats").GetProperty($"{image}").GetString()!
                    );
                    golden.Number(
                        $"{image}",
                        scorer.Score(statistics),
                        stages.Value.GetProperty("per_sample").GetProperty($"{image}")
                    );
                }

                golden.Equal("aggregate_stats", sum.ToString(), stages.Value.GetProperty("aggregate_stats").GetString()!);
                golden.Number("overall", scorer.Score(sum), stages.Value.GetProperty("overall"));
            }
        );
    }

    /// <summary>The captions of the pictures that a run has scores for.</summary>
    private static (long Image, CaptionSample Caption)[] Captions(MetricCase golden, JsonElement perSample)
    {
        ILookup<long, string> references = Texts(golden.Read("captions_gt.json").GetProperty("annotations"));
        ILookup<long, string> candidates = Texts(golden.Read("captions_results.json"));
        return
        [
            .. perSample
                .EnumerateObject()
                .Select(sample => long.Parse(sample.Name, null))
                .Select(image => (image, new CaptionSample(candidates[image].Single(), [.. references[image]]))),
        ];

        static ILookup<long, string> Texts(JsonElement entries) =>
            entries
                .EnumerateArray()
                .ToLookup(entry => entry.GetProperty("image_id").GetInt64(), entry => entry.GetProperty("caption").GetString()!);
    }
}
