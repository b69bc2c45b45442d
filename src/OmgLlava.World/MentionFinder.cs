using System.Text.RegularExpressions;
using OmgLlava.Data;
using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Finds the nouns of questions about a scene, and what each of them names there.</summary>
internal sealed partial class MentionFinder(Scene scene, WorldVocabulary vocabulary)
{
    /// <summary>At least as many words as the longest noun has, such as "pair of scissors".</summary>
    private const int MostWords = 4;

    /// <summary>By noun; null where it is doubtful of something.</summary>
    private readonly Dictionary<string, Mask?> _named = [];

    /// <summary>The nouns in their order, of overlapping ones the longest.</summary>
    public IReadOnlyList<QuestionMention> Find(string question)
    {
        Match[] words = [.. Word().Matches(question).Cast<Match>()];
        var found = new List<QuestionMention>();
        int next = 0;
        while (next < words.Length)
        {
            int count = Math.Min(MostWords, words.Length - next);
            while (count > 0 && Noun(next, count) is null)
            {
                count--;
            }

            if (count > 0 && Named(Noun(next, count)!) is { } mask)
            {
                found.Add(new QuestionMention(words[next].Index, End(next, count), mask));
            }

            next += Math.Max(1, count);
        }

        return found;

        int End(int first, int count) => words[first + count - 1].Index + words[first + count - 1].Length;

        string? Noun(int first, int count) =>
            vocabulary.FindNoun(question[words[first].Index..End(first, count)].ToLowerInvariant());
    }

    private Mask? Named(string noun)
    {
        if (!_named.TryGetValue(noun, out Mask? mask))
        {
            bool doubtful = !scene.Knows(noun) || scene.Things.Any(thing => SceneTruth.Is(thing, noun) == Truth.Unclear);
            _named[noun] = mask = doubtful
                ? null
                : scene.Union([
                    .. scene.Things.Where(thing => SceneTruth.Is(thing, noun) == Truth.Yes).Select(thing => thing.Id),
                    .. scene.Stuffs.Where(stuff => stuff.Kind.Name == noun).Select(stuff => stuff.Id),
                ]);
        }

        return mask;
    }

    [GeneratedRegex(@"[\p{L}'-]+")]
    private static partial Regex Word();
}
