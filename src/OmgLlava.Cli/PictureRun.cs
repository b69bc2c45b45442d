using System.CommandLine;
using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>
/// Looks at one picture or several and writes what comes out of each. One goes as it does everywhere; of several, each is one
/// line of JSON and one file in
/// the folder of <c>--out</c>, and one that cannot be read does not stop the others.
/// </summary>
internal sealed class PictureRun(PictureArguments pictures)
{
    private readonly AnswerOutputs _outputs = new();

    /// <summary>Adds the argument and the options.</summary>
    public void AddTo(Command command)
    {
        pictures.AddTo(command);
        CommonOptions.AddModel(command);
        _outputs.AddTo(command);
    }

    /// <summary>Whether standard output belongs to a picture or JSON.</summary>
    public bool OwnsStandardOutput(ParseResult parsed) => _outputs.OwnStandardOutput(parsed);

    /// <summary>Runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">Checks what is asked of a picture, and says what to do with it; before the model is loaded where it
    /// is one.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        ParseResult parsed,
        Func<RgbImage, Func<SeenPicture, Task<PictureResult>>> plan,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<string> paths = pictures.Pictures(parsed, out bool several);
        _outputs.Check(parsed, several, paths);
        return several
            ? await SeveralAsync(parsed, paths, plan, cancellation)
            : await OneAsync(parsed, paths[0], plan, cancellation);
    }

    private async Task<int> OneAsync(
        ParseResult parsed,
        string path,
        Func<RgbImage, Func<SeenPicture, Task<PictureResult>>> plan,
        CancellationToken cancellation
    )
    {
        RgbImage picture = PictureInput.Load(path);
        Func<SeenPicture, Task<PictureResult>> work = plan(picture);
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        using PerceivedImage seen = Terminal.WithStatus("Looking at the image", () => model.Perceive(picture, cancellation));
        PictureResult result = await work(new SeenPicture(model, picture, seen, null));
        _outputs.Write(parsed, picture, result);
        return _outputs.Code(parsed, result.Found);
    }

    private async Task<int> SeveralAsync(
        ParseResult parsed,
        IReadOnlyList<string> paths,
        Func<RgbImage, Func<SeenPicture, Task<PictureResult>>> plan,
        CancellationToken cancellation
    )
    {
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        (bool all, bool found) = (true, false);
        foreach (string path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                RgbImage picture = PictureInput.Load(path);
                Func<SeenPicture, Task<PictureResult>> work = plan(picture);
                using PerceivedImage seen = model.Perceive(picture, cancellation);
                PictureResult result = await work(new SeenPicture(model, picture, seen, path));
                _outputs.Add(parsed, path, picture, result);
                found |= result.Found;
            }
            catch (OmgLlavaException error)
            {
                Terminal.Error($"{path}: {error.Message}");
                _outputs.Add(parsed, path, error.Message);
                all = false;
            }
        }

        _outputs.Finish(parsed);
        return all ? _outputs.Code(parsed, found) : CommandLine.Failure;
    }
}
