using System.CommandLine;

namespace OmgLlava.Cli.Commands;

/// <summary>Questions with a command of their own, asked in the words that the model was trained with.</summary>
internal static class TaskCommands
{
    public static Command Caption() => Fixed("caption", "Describe an image.", Questions.Caption);

    public static Command Ground() =>
        Fixed("ground", "Describe an image with a mask for every thing that the description names.", Questions.Ground);

    public static Command Segment()
    {
        var command = new Command(
            "segment",
            "Find the pixels of what an expression means, such as \"the second cat from the left\"."
        );
        var pictures = new PictureArguments("EXPRESSION", "what to segment.");
        var run = new QuestionRun(pictures);
        run.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string text = pictures.Words(parsed);
                return run.AskAsync(parsed, _ => (Questions.Segment(text), []), cancellation);
            }
        );
        return command;
    }

    public static Command Describe()
    {
        var command = new Command("describe", "Describe the one thing that --point, --box or --mask points at.");
        var prompts = new PromptOptions();
        var pictures = new PictureArguments();
        var run = new QuestionRun(pictures);
        run.AddTo(command);
        prompts.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                prompts.Count(parsed) == 1 && pictures.Pictures(parsed, out bool several).Count == 1 && !several
                    ? run.AskAsync(
                        parsed,
                        picture => prompts.Read(parsed, picture) is [var one] ? (Questions.Describe(one), [one]) : ("", []),
                        cancellation
                    )
                    : throw new UsageException("Point at one thing of one image: give exactly one --point, --box or --mask.")
        );
        return command;
    }

    private static Command Fixed(string name, string description, string question)
    {
        var command = new Command(name, description);
        var pictures = new PictureArguments();
        var run = new QuestionRun(pictures);
        run.AddTo(command);
        command.SetAction((parsed, cancellation) => run.AskAsync(parsed, _ => (question, []), cancellation));
        return command;
    }
}
