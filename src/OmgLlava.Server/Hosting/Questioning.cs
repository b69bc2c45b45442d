using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Language;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>What a request asks the model, read and checked.</summary>
/// <param name="Question">The words.</param>
/// <param name="Prompts">What they point at.</param>
/// <param name="History">The turns before.</param>
/// <param name="Options">How to generate.</param>
internal sealed record Questioning(
    string Question,
    IReadOnlyList<VisualPrompt> Prompts,
    IReadOnlyList<ChatTurn> History,
    GenerationOptions Options
)
{
    /// <summary>Reads a request of the native API.</summary>
    public static Questioning Read(ChatRequest request, ImageGeometry image, ServerOptions options, AnswerIdentity identity)
    {
        if (request.History?.Count > options.MaxTurns)
        {
            throw ApiException.BadRequest(
                $"The history has {request.History.Count} turns; this server takes {options.MaxTurns}."
            );
        }

        (string question, IReadOnlyList<VisualPrompt> prompts) = Phrase(
            request.Task,
            request.Question,
            request.Prompts,
            image,
            options
        );
        return new Questioning(
            question,
            prompts,
            [.. ApiJson.Full(request.History, "history").Select(turn => Turn(turn, image, options))],
            Sampling.Of(request).Read(options, identity)
        );
    }

    /// <summary>An earlier turn.</summary>
    public static ChatTurn Turn(HistoryTurn turn, ImageGeometry image, ServerOptions options)
    {
        (string question, IReadOnlyList<VisualPrompt> prompts) = Phrase(turn.Task, turn.Question, turn.Prompts, image, options);
        return new ChatTurn(
            question,
            prompts,
            Reply.Of(
                turn.Answer.Text ?? "",
                ApiJson.Full(turn.Answer.Grounding, "grounding").Select(entry => (entry.Start, entry.End))
            )
        );
    }

    private static (string Question, IReadOnlyList<VisualPrompt> Prompts) Phrase(
        ChatTask task,
        string? question,
        IReadOnlyList<PromptJson>? given,
        ImageGeometry image,
        ServerOptions options
    )
    {
        switch (task)
        {
            case ChatTask.Segment:
                return PromptReader.Read(Questions.Segment(question ?? ""), given, image, options);
            case ChatTask.Ask:
                return PromptReader.Read(
                    question ?? throw ApiException.BadRequest("'question' is missing."),
                    given,
                    image,
                    options
                );
            default:
                IReadOnlyList<VisualPrompt> prompts = PromptReader.Read(given, image, options);
                string asked = task switch
                {
                    ChatTask.Ground => Questions.Ground,
                    ChatTask.Caption => Questions.Caption,
                    _ => prompts is [var only]
                        ? Questions.Describe(only)
                        : throw ApiException.BadRequest("The task 'describe' needs exactly one prompt."),
                };
                return (asked, prompts);
        }
    }
}
