using System.Text.Json;

namespace OmgLlava.Tests.Language.Families;

/// <summary>Some of the scores that llama.cpp gave for each <see cref="PublishedCase"/>, kept in <c>llama_cpp.json</c>.</summary>
internal static class KeptLogits
{
    private const int Step = 7; // every seventh score

    private static readonly string Path = System.IO.Path.Combine(
        Repository.Tests,
        "OmgLlava.Tests",
        "Language",
        "Families",
        "llama_cpp.json"
    );

    /// <summary>The positions of which scores are kept.</summary>
    public static int[] Positions(PublishedCase model) => [0, 5, model.Tokens.Length - 1];

    /// <summary>The scores of a position that are kept.</summary>
    public static float[] Some(IReadOnlyList<float> scores) => [.. scores.Where((_, i) => i % Step == 0)];

    public static float[][] Read(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, float[][]>>(File.ReadAllText(Path))![name];

    public static void Write(string name, float[][] scores)
    {
        var all = File.Exists(Path)
            ? JsonSerializer.Deserialize<SortedDictionary<string, float[][]>>(File.ReadAllText(Path))!
            : [];
        all[name] = scores;
        File.WriteAllText(
            Path,
            "{\n"
                + string.Join(
                    ",\n",
                    all.Select(model =>
                        $"  \"{model.Key}\": [\n"
                        + string.Join(
                            ",\n",
                            model.Value.Select(row =>
                                $"    [{string.Join(", ", row.Select(score => score.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}]"
                            )
                        )
                        + "\n  ]"
                    )
                )
                + "\n}\n"
        );
    }
}
