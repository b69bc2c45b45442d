using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>
/// Questions and answers in words alone, without end: names, plurals, kinds, meanings, uses, habits, counting. The language model
/// learns from them what scenes do not show.
/// </summary>
/// <param name="vocabulary">What it speaks of.</param>
/// <param name="seed">Names the series.</param>
public sealed class TextCorpus(WorldVocabulary vocabulary, long seed)
{
    private const int Part = 3000;

    private readonly string[] _kinds =
    [
        .. vocabulary.Categories.SelectMany(category => category.Kinds).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>One question with its answer.</summary>
    /// <param name="number">Its place in the series, from 0.</param>
    public (string Question, string Answer) At(long number)
    {
        SceneRandom random = SceneRandom.For(seed, number, Part);
        while (true)
        {
            (string, string)? made = random.Below(12) switch
            {
                0 or 1 => Meaning(random),
                2 => KindOf(random),
                3 => IsA(random),
                4 => PluralOf(random),
                5 or 6 => Use(random),
                7 => UseOf(random),
                8 => WhichOne(random),
                9 => Some(random),
                10 => Count(random),
                _ => Location(random),
            };
            if (made is { } pair)
            {
                return pair;
            }
        }
    }

    private (string, string)? Meaning(SceneRandom random)
    {
        ThingCategory category = random.Pick(vocabulary.Categories);
        return vocabulary.MeaningOf(category) is { } meaning
            ? ($"What is {English.A(category.Name)}?", $"{English.Capital(English.A(category.Name))} is {meaning}.")
            : null;
    }

    private (string, string)? KindOf(SceneRandom random)
    {
        ThingCategory category = random.Pick(vocabulary.Categories);
        return category.Kinds.Count == 0
            ? null
            : ($"What kind of thing is {English.A(category.Name)}?", $"{English.Capital(English.A(category.Kinds[0]))}.");
    }

    private (string, string)? IsA(SceneRandom random)
    {
        ThingCategory category = random.Pick(vocabulary.Categories);
        string kind = category.Kinds.Count > 0 && random.Chance(0.5) ? random.Pick(category.Kinds) : random.Pick(_kinds);
        return category.DoubtfulKinds.Contains(kind)
            ? null
            : ($"Is {English.A(category.Name)} {English.A(kind)}?", category.Is(kind) ? "Yes." : "No.");
    }

    private (string, string)? PluralOf(SceneRandom random)
    {
        ThingCategory category = random.Pick(vocabulary.Categories);
        int count = 2 + random.Below(8);
        return (
            $"One {category.Name}, and {English.Number(count)} ...?",
            $"{English.Capital(English.Number(count))} {category.Plural}."
        );
    }

    private (string, string)? Use(SceneRandom random)
    {
        Fact fact = random.Pick(vocabulary.Facts);
        string[] members = [.. fact.Members.Select(English.A)];
        return fact.Kind is null
            ? (
                $"What would you use to {fact.Clause}?",
                $"{English.Capital(English.List(members).Replace(" and ", " or ", StringComparison.Ordinal))}."
            )
            : ($"What is {fact.Expression}?", $"{English.Capital(English.List(members))}.");
    }

    private (string, string)? UseOf(SceneRandom random)
    {
        ThingCategory category = random.Pick(vocabulary.Categories);
        return vocabulary.UseOf(category) is { } use
            ? ($"What would you use {English.A(category.Name)} for?", $"To {use}.")
            : null;
    }

    /// <summary>A choice among things one of which fits: what a reasoning expression asks of a picture.</summary>
    private (string, string)? WhichOne(SceneRandom random)
    {
        Fact fact = random.Pick(vocabulary.Facts);
        string right = random.Pick(fact.Members);
        string[] others =
        [
            .. random
                .Shuffle(
                    vocabulary
                        .Categories.Select(category => category.Name)
                        .Where(name => !fact.Members.Contains(name) && !fact.Doubtful.Contains(name))
                )
                .Take(1 + random.Below(4)),
        ];
        string[] all = random.Shuffle(others.Append(right));
        string question = fact.Kind is null ? $"What would you use to {fact.Clause}?" : $"Which one is {fact.Expression}?";
        return ($"There is {English.List([.. all.Select(English.A)])}. {question}", $"The {right}.");
    }

    private (string, string)? Some(SceneRandom random)
    {
        string kind = random.Pick(_kinds);
        ThingCategory[] members = random.Shuffle(vocabulary.Categories.Where(category => category.Is(kind)));
        int count = 2 + random.Below(3);
        return members.Length < count
            ? null
            : (
                $"Name {English.Number(count)} {English.Plural(kind)}.",
                $"{English.Capital(English.List([.. members.Take(count).Select(category => English.A(category.Name))]))}."
            );
    }

    private (string, string)? Count(SceneRandom random)
    {
        string kind = random.Pick(_kinds);
        ThingCategory[] chosen =
        [
            .. random.Shuffle(vocabulary.Categories).Take(2),
            .. random.Shuffle(vocabulary.Categories.Where(category => category.Is(kind))).Take(1 + random.Below(2)),
        ];
        chosen = random.Shuffle(chosen.DistinctBy(category => category.Name));
        int[] counts = [.. chosen.Select(_ => 1 + random.Below(3))];
        if (chosen.Any(category => category.DoubtfulKinds.Contains(kind)))
        {
            return null;
        }

        string list = English.List([
            .. chosen.Select(
                (category, i) => counts[i] == 1 ? English.A(category.Name) : $"{English.Number(counts[i])} {category.Plural}"
            ),
        ]);
        return (
            $"There {(counts[0] == 1 ? "is" : "are")} {list}. How many {English.Plural(kind)} are there?",
            $"{English.Capital(English.Number(chosen.Select((category, i) => category.Is(kind) ? counts[i] : 0).Sum()))}."
        );
    }

    private (string, string)? Location(SceneRandom random)
    {
        ThingCategory[] things = [.. random.Shuffle(vocabulary.Categories).Take(2)];
        (string here, string there) = random.Pick<(string, string)>([
            ("to the left of", "to the right of"),
            ("to the right of", "to the left of"),
            ("above", "below"),
            ("below", "above"),
            ("behind", "in front of"),
            ("in front of", "behind"),
        ]);
        return random.Chance(0.5)
            ? (
                $"The {things[0].Name} is {here} the {things[1].Name}. Where is the {things[1].Name}?",
                $"{English.Capital(there)} the {things[0].Name}."
            )
            : (
                $"The {things[0].Name} is on the {random.Pick(ColorNames.All)} {things[1].Name}. What is on the "
                    + $"{things[1].Name}?",
                $"The {things[0].Name}."
            );
    }
}
