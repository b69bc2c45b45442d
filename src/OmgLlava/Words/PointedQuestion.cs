using System.Text.RegularExpressions;

namespace OmgLlava.Words;

/// <summary>Questions about the one thing that is pointed at, in the words of the training.</summary>
internal static partial class PointedQuestion
{
    /// <summary>Reads a question.</summary>
    /// <param name="question">The user's words, with a placeholder or "this" for what is pointed at.</param>
    /// <param name="prompts">What is pointed at; of several the question stays as it is.</param>
    public static string Read(string question, IReadOnlyList<VisualPrompt> prompts)
    {
        if (prompts is not [var prompt])
        {
            return question;
        }

        string place = prompt.Placeholder;
        string words = QuestionForms.Bare(
            string.Join(' ', EnglishText.WordsOf(question.Replace(place, " this ", StringComparison.Ordinal)))
        );
        return Name().IsMatch(words) ? $"What is the object marked by {place}? Answer with its name."
            : Color().IsMatch(words) ? $"There are some marks: Mark 1 {place}.\nWhat color is Mark 1?"
            : Use().IsMatch(words) ? $"There are some marks: Mark 1 {place}.\nWhat would you use Mark 1 for?"
            : Describe().IsMatch(words) ? Questions.Describe(prompt)
            : question;
    }

    private const string This =
        "(?:(?:mark|region)(?: 1)? )?(?:(?:the )?(?:thing|object|item|region|area|part|one)(?: (?:here|there|marked(?: by)?|at|in|inside|under|shown in))? )?"
        + "(?:(?:mark|region)(?: 1)? )?(?:this|that|it|these|mark 1|region 1)(?: (?:thing|object|item|one|region|mark|box|point|area|here))?";

    [GeneratedRegex(
        $@"\A(?:(?:what|which|who)(?: (?:thing|object|item|kind of thing|class))? (?:is|are)|name|identify|recognize|recognise|classify|what do you (?:call|see)(?: (?:in|at))?|what can be seen (?:in|at)) "
            + $@"{This}(?: called)?(?: answer (?:with its name|in a word or two))?\z|\Awhat {This} is\z|\A{This} what is this answer in a word or two\z|\A(?:what is (?:in|at|inside|under) )?{This}\z"
    )]
    private static partial Regex Name();

    [GeneratedRegex($@"\A(?:what|which)(?: is the)? colou?r(?: is| are| has| does| of)? {This}(?: (?:have|has|is))?\z")]
    private static partial Regex Color();

    [GeneratedRegex(
        $@"\A(?:what (?:would|do|can|could) (?:you|i|one|we) use {This} for|what is {This}(?: used)? for|what is the (?:use|purpose) of {This})\z"
    )]
    private static partial Regex Use();

    [GeneratedRegex(
        $@"\A(?:describe|explain|tell me (?:more )?about|what can you (?:say|tell me) about|what does|how does) {This}(?: (?:in detail|look(?: like)?|show))*\z"
    )]
    private static partial Regex Describe();
}
