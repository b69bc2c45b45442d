using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Tests;

[assembly: AssemblyFixture(typeof(TinyModel))]

namespace OmgLlava.Tests;

/// <summary>The small published-style model of the golden case, converted once for all tests that need a model that
/// answers.</summary>
public sealed class TinyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<OmgLlavaModel> _model;

    public TinyModel()
    {
        using var converter = CheckpointConverter.Open(
            Files,
            new ConversionOptions { LanguageType = ElementType.Float32, Name = "golden" }
        );
        converter.Write(Directory);
        _model = new Lazy<OmgLlavaModel>(() => OmgLlavaModel.Load(Directory));
    }

    /// <summary>The published files.</summary>
    internal static PublishedFiles Files { get; } =
        new(
            [
                Path.Combine(Repository.Published, "omg_seg.pth"),
                Path.Combine(Repository.Published, "ov_class_embed.pth"),
                Path.Combine(Repository.Published, "internlm2"),
                Path.Combine(Repository.Published, "omg_llava_finetune.pth"),
            ],
            Path.Combine(Repository.Published, "config.json")
        );

    public static string PicturePath { get; } = Path.Combine(Repository.Published, "image.png");

    /// <summary>150 x 100 pixels.</summary>
    public static RgbImage Picture => ImageFile.Load(PicturePath);

    /// <summary>A question whose answer holds two [SEG].</summary>
    public static string MaskQuestion => "Please segment the cat in the image.";

    public string Directory => _folder["model"];

    public OmgLlavaModel Model => _model.Value;

    /// <summary>Copies the model directory, to be damaged.</summary>
    public void CopyTo(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        foreach (string file in System.IO.Directory.EnumerateFiles(Directory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    public void Dispose()
    {
        if (_model.IsValueCreated)
        {
            _model.Value.Dispose();
        }

        _folder.Dispose();
    }
}
