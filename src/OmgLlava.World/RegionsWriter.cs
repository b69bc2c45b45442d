using OmgLlava.Data;

namespace OmgLlava.World;

/// <summary>Writes questions that point at two or three things at once.</summary>
internal static class RegionsWriter
{
    private const double ClearlyLarger = 1.4;

    private static readonly string[] NameTwo =
    [
        "What are {0} and {1}?",
        "Name {0} and {1}.",
        "What is {0}, and what is {1}?",
        "{0} {1} What are these? Answer with their names in order.",
    ];

    private static readonly string[] NameThree =
    [
        "What are {0}, {1} and {2}?",
        "Name {0}, {1} and {2}.",
        "{0} {1} {2} What are these? Answer with their names in order.",
    ];

    /// <summary>A few of them; none of a scene with fewer than two things.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="prompt">Points at a thing.</param>
    /// <param name="random">Chooses.</param>
    public static IEnumerable<ConversationTurn> Write(Scene scene, Func<SceneThing, VisualPrompt> prompt, SceneRandom random)
    {
        if (scene.Things.Count < 2)
        {
            yield break;
        }

        foreach (ConversationTurn names in WriteNames(scene, prompt, random))
        {
            yield return names;
        }

        SceneThing[] pair = Some(scene, 2, random);
        if (Math.Max(pair[0].Area, pair[1].Area) > ClearlyLarger * Math.Min(pair[0].Area, pair[1].Area))
        {
            string answer = pair[0].Area > pair[1].Area ? "The first one." : "The second one.";
            yield return Turn("Which is larger, {0} or {1}?", pair, answer, prompt);
        }

        SceneThing[] other = Some(scene, 2, random);
        Truth left = SceneTruth.LeftOf(other[0], other[1], scene.Picture.Width);
        if (left != Truth.Unclear)
        {
            yield return Turn("Is {0} to the left of {1}?", other, left == Truth.Yes ? "Yes." : "No.", prompt);
        }
    }

    /// <summary>Those that ask for names alone.</summary>
    public static IEnumerable<ConversationTurn> WriteNames(
        Scene scene,
        Func<SceneThing, VisualPrompt> prompt,
        SceneRandom random
    )
    {
        if (scene.Things.Count > 1)
        {
            yield return Names(Some(scene, 2, random), random.Pick(NameTwo), prompt);
        }

        if (scene.Things.Count > 2)
        {
            yield return Names(Some(scene, 3, random), random.Pick(NameThree), prompt);
        }
    }

    private static SceneThing[] Some(Scene scene, int count, SceneRandom random) =>
        [.. random.Shuffle(scene.Things).Take(count)];

    private static ConversationTurn Names(SceneThing[] things, string question, Func<SceneThing, VisualPrompt> prompt) =>
        Turn(
            question,
            things,
            $"{English.Capital(English.List([.. things.Select(thing => English.A(thing.Category.Name))]))}.",
            prompt
        );

    private static ConversationTurn Turn(
        string question,
        SceneThing[] things,
        string answer,
        Func<SceneThing, VisualPrompt> prompt
    )
    {
        VisualPrompt[] prompts = [.. things.Select(prompt)];
        object[] placeholders = [.. prompts.Select(p => p.Placeholder)];
        string text = string.Format(System.Globalization.CultureInfo.InvariantCulture, question, placeholders);
        return new ConversationTurn(text, answer, prompts, []);
    }
}
