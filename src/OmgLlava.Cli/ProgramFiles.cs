using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace OmgLlava.Cli;

/// <summary>
/// What comes with the program: the small model, and more beside it. Where the program is a single file, the model and the native
/// library are inside it, and are unpacked into the user's data folder when they are first needed, once for each version.
/// </summary>
internal static class ProgramFiles
{
    private const string Packed = "program-files/";
    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <summary>The folder that holds them.</summary>
    /// <exception cref="OmgLlavaException">They cannot be unpacked.</exception>
    public static string Folder => IsSingleFile ? Unpacked.Value : AppContext.BaseDirectory;

    private static Assembly Own => typeof(ProgramFiles).Assembly;

    private static string[] PackedFiles { get; } =
        [.. Own.GetManifestResourceNames().Where(name => name.StartsWith(Packed, StringComparison.Ordinal))];

    private static bool IsSingleFile => PackedFiles.Length > 0;

    /// <summary>Sees to it that the native library is found; nothing is unpacked yet.</summary>
    public static void Prepare()
    {
        if (IsSingleFile)
        {
            NativeLibrary.SetDllImportResolver(
                typeof(SKBitmap).Assembly,
                (name, _, _) => NativeLibrary.Load(Path.Combine(Folder, $"{name}.so"))
            );
        }
    }

    private static string Unpack()
    {
        string parent = Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "omg-llava",
            "program"
        );
        string folder = Path.Combine(parent, Own.ManifestModule.ModuleVersionId.ToString("N"));
        if (Directory.Exists(folder))
        {
            return folder;
        }

        string unfinished = $"{folder}.{Environment.ProcessId}";
        try
        {
            foreach (string name in PackedFiles)
            {
                string file = Path.Combine(unfinished, name[Packed.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                using var packed = new BrotliStream(Own.GetManifestResourceStream(name)!, CompressionMode.Decompress);
                using FileStream unpacked = File.Create(file);
                packed.CopyTo(unpacked);
            }

            Directory.Move(unfinished, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && !Directory.Exists(folder))
        {
            throw new OmgLlavaException(
                $"The files of the program cannot be unpacked into '{folder}': {error.Message.TrimEnd('.')}.",
                error
            );
        }
        catch (IOException) // another process was first
        {
            Directory.Delete(unfinished, recursive: true);
        }

        return folder;
    }
}
