using System.Globalization;
using OmgLlava.Training.Losses;

namespace OmgLlava.Training.Stages;

/// <summary>
/// Layers that a trained language model gets: copies of the layer before them whose output is zero, so that the model says what it said until they have learnt
/// (block expansion, Wu et al. 2024, "LLaMA Pro").
/// </summary>
internal static class InsertedLayers
{
    /// <summary>How many there are.</summary>
    public const int Count = 2;

    private const string Prefix = "language.layers.";

    private static readonly string[] Outputs = [".attention.wo.weight", ".feed_forward.w2.weight"];

    /// <summary>Where a tensor of the larger model begins.</summary>
    /// <param name="name">Its name in the larger model.</param>
    /// <param name="layers">Layers that the smaller one has.</param>
    /// <returns>The smaller model's tensor to begin with, and whether to begin with zero instead.</returns>
    public static (string Name, bool Silent) Source(string name, int layers)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return (name, false);
        }

        int end = name.IndexOf('.', Prefix.Length);
        int index = int.Parse(name.AsSpan(Prefix.Length, end - Prefix.Length), CultureInfo.InvariantCulture);
        int last = LookingLayers.Of(layers).Mention;
        bool isNew = index > last && index <= last + Count;
        int from = index <= last ? index : isNew ? last : index - Count;
        return ($"{Prefix}{from}{name[end..]}", isNew && Outputs.Any(output => name.EndsWith(output, StringComparison.Ordinal)));
    }
}
