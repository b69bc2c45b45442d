namespace OmgLlava.Json;

/// <summary>The model that answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weights">Digits that tell its weights from others.</param>
public sealed record ModelJson(string Name, string Weights)
{
    /// <summary>Describes a model.</summary>
    public static ModelJson Of(OmgLlavaModel model) => new(model.Name, model.WeightsHash);
}
