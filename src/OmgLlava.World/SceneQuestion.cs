namespace OmgLlava.World;

/// <summary>A question in words with an answer in words.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Question">Ends with a question mark.</param>
/// <param name="Answer">A few words with a full stop.</param>
/// <param name="Thing">The thing that is pointed at or asked about; 0 for a question about several or none.</param>
public sealed record SceneQuestion(SceneQuestionKind Kind, string Question, string Answer, int Thing = 0)
{
    /// <summary>Ids of the things that the answer counts; null where it counts none.</summary>
    public IReadOnlyList<int>? Counted { get; init; }
}
