using System.Globalization;
using System.Text;
using System.Text.Json;
using OmgLlava.Files;
using OmgLlava.Json;

namespace OmgLlava.Cli;

/// <summary>Conversations that are kept: private files, as <see cref="ReplyJson"/> writes them.</summary>
internal static class ConversationFile
{
    /// <summary>Environment variable that, with any value, switches keeping off.</summary>
    public const string OffVariable = "OMG_NO_HISTORY";

    /// <summary>A new file named after the picture and the time, in the user's data folder.</summary>
    /// <exception cref="OmgLlavaException">There is no such folder and none can be made.</exception>
    public static string New(string image)
    {
        string folder = Folder(create: true)!;
        string name =
            $"{DateTime.Now.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture)}-{Path.GetFileNameWithoutExtension(image)}";
        string path = Path.Combine(folder, $"{name}.json");
        for (int i = 2; File.Exists(path); i++)
        {
            path = Path.Combine(folder, $"{name}-{i}.json");
        }

        return path;
    }

    /// <summary>The conversation that was kept last, of all or of those about a picture; null where there is none.</summary>
    public static string? Last(string? image) =>
        Folder(create: false) is { } folder && Directory.Exists(folder)
            ? new DirectoryInfo(folder)
                .EnumerateFiles("*.json")
                .OrderByDescending(file => file.LastWriteTimeUtc)
                .Select(file => file.FullName)
                .FirstOrDefault(file => image is null || (ImageOf(file) is { } shown && OutputFile.IsSame(shown, image)))
            : null;

    /// <summary>Writes a conversation so that only its owner can read it.</summary>
    public static void Write(string path, string json) =>
        OutputFile.Write(path, Encoding.UTF8.GetBytes(json), OutputFile.Private);

    /// <summary>Reads the picture's path and the turns.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or no conversation.</exception>
    public static (string Image, IReadOnlyList<ChatTurn> Turns) Read(string path)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            using JsonDocument document = JsonDocument.Parse(file);
            JsonElement turns = document.RootElement.GetProperty("turns");
            return (document.RootElement.GetProperty("image").GetString() ?? "", [.. turns.EnumerateArray().Select(Turn)]);
        }
        catch (Exception error) when (JsonErrors.Means(error))
        {
            throw new OmgLlavaException($"'{path}' is no conversation that this program has saved.", error);
        }
    }

    private static ChatTurn Turn(JsonElement turn)
    {
        JsonElement answer = turn.GetProperty("answer");
        Reply reply = Reply.Of(
            answer.GetProperty("text").GetString() ?? "",
            answer
                .GetProperty("grounding")
                .EnumerateArray()
                .Select(g => (g.GetProperty("start").GetInt32(), g.GetProperty("end").GetInt32()))
        );
        IEnumerable<VisualPrompt> prompts = turn.TryGetProperty("prompts", out JsonElement pointed)
            ? pointed.EnumerateArray().Select(Prompt)
            : [];
        return new ChatTurn(turn.GetProperty("question").GetString() ?? "", [.. prompts], reply);
    }

    private static VisualPrompt Prompt(JsonElement prompt)
    {
        if (prompt.TryGetProperty("point", out JsonElement point))
        {
            return VisualPrompt.Point(point[0].GetSingle(), point[1].GetSingle());
        }

        if (prompt.TryGetProperty("box", out JsonElement box))
        {
            return VisualPrompt.Box(box[0].GetSingle(), box[1].GetSingle(), box[2].GetSingle(), box[3].GetSingle());
        }

        MaskJson mask = prompt.GetProperty("mask").Deserialize(ReplyJson.Options.Of<MaskJson>()) ?? throw new JsonException();
        return VisualPrompt.Region(mask.ToMask(mask.Size[1], mask.Size[0]));
    }

    private static string? ImageOf(string file)
    {
        try
        {
            return Read(file).Image;
        }
        catch (OmgLlavaException)
        {
            return null;
        }
    }

    private static string? Folder(bool create)
    {
        string data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        if (data.Length == 0)
        {
            return create ? throw new OmgLlavaException("This user has no data folder; name a file by --history.") : null;
        }

        string folder = Path.Combine(data, "omg-llava", "chats");
        try
        {
            if (create && OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else if (create)
            {
                Directory.CreateDirectory(data);
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The data folder '{folder}' cannot be made: {error.Message.TrimEnd('.')}.", error);
        }

        return folder;
    }
}
