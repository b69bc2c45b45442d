using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>One question and its answer.</summary>
/// <param name="Question">The user's words, without <c>&lt;image&gt;</c>; holds one <c>&lt;mark&gt;</c> (point) or
/// <c>&lt;region&gt;</c> (box, mask) for each prompt, in order.</param>
/// <param name="Answer">The expected words; <c>&lt;p&gt; phrase &lt;/p&gt; [SEG]</c>, or [SEG] alone, for each mask, in
/// order.</param>
/// <param name="Prompts">What the question points at, in pixels of the picture.</param>
/// <param name="Masks">The true mask of each [SEG], of the picture's size.</param>
public sealed record ConversationTurn(
    string Question,
    string Answer,
    IReadOnlyList<VisualPrompt> Prompts,
    IReadOnlyList<Mask> Masks
)
{
    /// <summary>What the answer, or parts of it, speak of; empty where that is not known.</summary>
    public IReadOnlyList<AnswerSubject> Subjects { get; init; } = [];

    /// <summary>The nouns of the question of which it is known what they name; empty where that is not known.</summary>
    public IReadOnlyList<QuestionMention> Mentions { get; init; } = [];

    /// <summary>What is asked right after it and refers back to it; null for nothing.</summary>
    public ConversationTurn? Next { get; init; }
}
