namespace OmgLlava;

/// <summary>A question as a model is asked it.</summary>
/// <param name="Question">The words for the model.</param>
/// <param name="Expression">The expression whose mask they ask for; null for none.</param>
/// <param name="Answer">What is answered without asking the model, which would not understand the question; null for
/// nothing.</param>
public sealed record UnderstoodQuestion(string Question, string? Expression = null, string? Answer = null)
{
    /// <summary>Whether it was asked in Korean and put into English, so that its answer is to be said in Korean.</summary>
    internal bool IsKorean { get; init; }

    /// <summary>Whether a question was understood: the model has words of its own for it, or an answer is known. Instructions
    /// before it would spoil
    /// that.</summary>
    /// <param name="question">The user's words.</param>
    public bool IsOf(string question) => Expression is not null || Answer is not null || Question != question;
}
