using OmgLlava.Imaging;

namespace OmgLlava.Cli;

/// <summary>Pictures that a command line names.</summary>
internal static class PictureInput
{
    /// <summary>What the argument says of itself.</summary>
    public const string Description = "PNG, JPEG, WebP, BMP or GIF; '-' for standard input.";

    /// <summary>Reads a picture.</summary>
    /// <param name="path">A file, a pipe, or '-' for standard input.</param>
    /// <exception cref="OmgLlavaException">There is none, or it is no picture.</exception>
    public static RgbImage Load(string path)
    {
        if (path != "-")
        {
            return ImageFile.Load(path);
        }

        using Stream input = Console.OpenStandardInput();
        byte[] bytes = ImageFile.ReadBytes(input, "standard input", ImageLimits.Default);
        return bytes.Length > 0
            ? ImageFile.Decode(bytes, "standard input")
            : throw new OmgLlavaException("Standard input is empty; a picture must come from it.");
    }
}
