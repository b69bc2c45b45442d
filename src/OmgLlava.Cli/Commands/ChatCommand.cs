using System.CommandLine;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava chat IMAGE</c>: many turns about one picture.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var command = new Command("chat", "Talk about an image; /help lists what else can be typed.");
        var image = new Argument<string>("IMAGE") { Description = "PNG, JPEG, WebP, BMP or GIF." };
        var history = new Option<string?>("--history") { Description = "File that the conversation is saved to after every turn. Default: one in your data folder.", HelpName = "FILE" };
        var generation = new GenerationSettings();
        command.Arguments.Add(image);
        command.Options.Add(history);
        CommonOptions.AddModel(command);
        generation.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GenerationOptions options = generation.Read(parsed);
            string path = parsed.GetRequiredValue(image);
            RgbImage picture = ImageFile.Load(path);
            using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
            using PerceivedImage seen = Terminal.WithStatus("Looking at the image", () => model.Perceive(picture, cancellation));
            using var session = new ChatSession(model, seen, picture, path, parsed.GetValue(history) ?? ChatSession.DefaultHistory(path), options);
            await session.RunAsync(Console.In, parsed.GetValue(CommonOptions.Verbose), cancellation);
            return CommandLine.Success;
        });
        return command;
    }
}
