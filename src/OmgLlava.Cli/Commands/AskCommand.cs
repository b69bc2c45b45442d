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
        var pictures = new PictureArguments("QUESTION", "your words.");
        var prompts = new PromptOptions();
        var run = new QuestionRun(pictures);
        run.AddTo(command);
        prompts.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string question = pictures.Words(parsed);
                return run.AskAsync(parsed, picture => (question, prompts.Read(parsed, picture)), cancellation);
            }
        );
        return command;
    }
}
