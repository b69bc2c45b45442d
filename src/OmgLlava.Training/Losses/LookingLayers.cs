namespace OmgLlava.Training.Losses;

/// <summary>Which layers of the language model are taught where to look, from 0.</summary>
/// <param name="Mention">Early: a noun of a question looks at what it names.</param>
/// <param name="Subject">What is asked for is looked up; between the two, what was named can be compared.</param>
/// <param name="Number">What is to be counted has been found by then.</param>
internal readonly record struct LookingLayers(int Mention, int Subject, int Number)
{
    /// <summary>Layers behind the subject's, which read what was found there.</summary>
    private const int Readers = 2;

    /// <param name="layers">Those of the language model.</param>
    public static LookingLayers Of(int layers)
    {
        int subject = Math.Max(layers / 2, layers - 1 - Readers);
        return new LookingLayers(subject / 3, subject, Math.Min(subject + 1, layers - 1));
    }
}
