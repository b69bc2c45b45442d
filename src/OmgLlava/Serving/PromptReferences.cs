using System.Text;
using System.Text.RegularExpressions;
using OmgLlava.Json;
using OmgLlava.Language;

namespace OmgLlava.Serving;

/// <summary>Finds what a question means by <c>&lt;name&gt;</c>, <c>&lt;mark&gt;</c> and <c>&lt;region&gt;</c>.</summary>
internal static partial class PromptReferences
{
    /// <summary>
    /// Replaces names in a question by the model's own placeholders, and puts the prompts into the order in which it refers to
    /// them. A question that refers to none stays as it is.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="given">The prompts as they were given, with their names.</param>
    /// <param name="prompts">The same prompts, read.</param>
    /// <exception cref="OmgLlavaException">A name is given twice or cannot be one, or the question refers to more or fewer
    /// prompts than there are.</exception>
    public static (string Question, IReadOnlyList<VisualPrompt> Prompts) Resolve(
        string question,
        IReadOnlyList<PromptJson> given,
        IReadOnlyList<VisualPrompt> prompts
    )
    {
        if (given.All(prompt => prompt.Name is null))
        {
            return (question, prompts);
        }

        (Dictionary<string, VisualPrompt> named, Queue<VisualPrompt> unnamed) = Sort(given, prompts);
        var text = new StringBuilder();
        var order = new List<VisualPrompt>();
        var used = new HashSet<string>();
        int at = 0;
        foreach (Match match in ReferencePattern().Matches(question))
        {
            string name = match.Groups[1].Value;
            bool next = name is "mark" or "region";
            VisualPrompt? prompt = next
                ? unnamed.TryDequeue(out VisualPrompt? first)
                    ? first
                    : null
                : named.GetValueOrDefault(name);
            if (prompt is null && !next)
            {
                continue; // no name of ours, so plain text
            }

            order.Add(
                prompt
                    ?? throw new OmgLlavaException(
                        "The question has more <mark> and <region> than there are prompts without a name."
                    )
            );
            used.Add(name);
            text.Append(question, at, match.Index - at)
                .Append(prompt is VisualPrompt.PointPrompt ? ChatTemplate.MarkPlaceholder : ChatTemplate.RegionPlaceholder);
            at = match.Index + match.Length;
        }

        if (order.Count == 0)
        {
            return (question, prompts); // they are introduced before it
        }

        return unnamed.Count == 0 && named.Keys.All(used.Contains)
            ? (text.Append(question, at, question.Length - at).ToString(), order)
            : throw new OmgLlavaException("The question refers to some prompts but not to all; refer to each, or to none.");
    }

    private static (Dictionary<string, VisualPrompt> Named, Queue<VisualPrompt> Unnamed) Sort(
        IReadOnlyList<PromptJson> given,
        IReadOnlyList<VisualPrompt> prompts
    )
    {
        var named = new Dictionary<string, VisualPrompt>();
        var unnamed = new Queue<VisualPrompt>();
        foreach ((PromptJson json, VisualPrompt prompt) in given.Zip(prompts))
        {
            if (json.Name is null)
            {
                unnamed.Enqueue(prompt);
            }
            else if (!NamePattern().IsMatch(json.Name) || json.Name is "mark" or "region" or "image" or "p")
            {
                throw new OmgLlavaException(
                    "The name of a prompt must be letters, digits, '-' or '_', at most 32, and not 'mark', 'region', 'image' "
                        + "or 'p'."
                );
            }
            else if (!named.TryAdd(json.Name, prompt))
            {
                throw new OmgLlavaException($"Two prompts have the name '{json.Name}'.");
            }
        }

        return (named, unnamed);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,32}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex("<([A-Za-z0-9_-]{1,32})>")]
    private static partial Regex ReferencePattern();
}
