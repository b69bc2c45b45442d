using System.CommandLine;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava ask IMAGE "question"</c>.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var command = new Command(
            "ask",
            "Ask a question about an image; <mark> and <region> in it stand for what --point, --box and --mask give."
        );
        var question = new Argument<string>("QUESTION") { Description = "Your words." };
        var prompts = new PromptOptions();
        var run = new QuestionRun();
        run.AddTo(command, question);
        prompts.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                run.AskAsync(
                    parsed,
                    picture => (parsed.GetRequiredValue(question), prompts.Read(parsed, picture)),
                    cancellation
                )
        );
        return command;
    }
}
