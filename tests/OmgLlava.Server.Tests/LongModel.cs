using OmgLlava.Conversion;

namespace OmgLlava.Tests.Server;

/// <summary>A model with random weights and a context so long that no test sees the end of what it says.</summary>
internal sealed class LongModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LongModel()
    {
        ModelPreset tiny = ModelPreset.Find("tiny");
        OmgLlavaConfig endless = tiny.Config with { Language = tiny.Config.Language with { MaxPositions = 1_000_000 } };
        NewModel.Write(tiny with { Config = endless }, _folder["endless"], seed: 1);
        Model = OmgLlavaModel.Load(_folder["endless"]);
    }

    public OmgLlavaModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
