using OmgLlava.Serving;

namespace OmgLlava.Chat;

/// <summary>The model that <c>AddOmgLlava</c> registers.</summary>
public sealed class OmgLlavaOptions
{
    /// <summary>The model directory.</summary>
    public string ModelDirectory { get; set; } = "";

    /// <summary>Device, element types, engine.</summary>
    public LoadOptions Load { get; set; } = new();

    /// <summary>What may be kept of pictures and conversations.</summary>
    public ServingOptions Serving { get; set; } = new();
}
