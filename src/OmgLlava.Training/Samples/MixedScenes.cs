namespace OmgLlava.Training.Samples;

/// <summary>
/// Several sources by turns, as their shares say. Classes of one name are one class. What a source knows to be complete it knows
/// of its own classes; a source that knows all of its pictures, as that of drawn scenes does, knows them of the others' classes
/// too.
/// </summary>
internal sealed class MixedScenes : ISceneSource
{
    private readonly ISceneSource[] _sources;
    private readonly int[][] _classes;
    private readonly int[] _turns;
    private readonly int[] _place;
    private readonly int[] _shares;

    /// <param name="sources">The sources with their shares.</param>
    public MixedScenes(IReadOnlyList<(ISceneSource Source, int Share)> sources)
    {
        _sources = [.. sources.Select(s => s.Source)];
        _shares = [.. sources.Select(s => s.Share)];
        string[] things = [.. _sources.SelectMany(source => source.ClassNames.Take(source.Things)).Distinct()];
        string[] stuffs = [.. _sources.SelectMany(source => source.ClassNames.Skip(source.Things)).Distinct().Except(things)];
        ClassNames = [.. things, .. stuffs];
        Things = things.Length;
        var index = ClassNames.Index().ToDictionary(c => c.Item, c => c.Index);
        _classes = [.. _sources.Select(source => source.ClassNames.Select(name => index[name]).ToArray())];
        Words =
        [
            .. ClassNames.Select(name => _sources.SelectMany(source => source.Words.Where(words => words[0] == name)).First()),
        ];
        // Each source's turns lie as far apart as they can.
        var turns = _shares
            .SelectMany((share, source) => Enumerable.Range(0, share).Select(i => (At: (i + 0.5) / share, Source: source)))
            .OrderBy(turn => turn.At)
            .ToArray();
        _turns = [.. turns.Select(turn => turn.Source)];
        _place = [.. _turns.Select((source, i) => _turns.Take(i).Count(other => other == source))];
    }

    public IReadOnlyList<string> ClassNames { get; }

    public int Things { get; }

    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    public long Count => long.MaxValue;

    public TrainingScene Scene(long number)
    {
        (int source, long own) = At(number);
        TrainingScene scene = _sources[source].Scene(own);
        int[] classes = _classes[source];
        return scene with
        {
            Objects =
            [
                .. scene.Objects.Select(o => o.Class == SceneObject.UnknownClass ? o : o with { Class = classes[o.Class] }),
            ],
            Complete = scene.Complete is { } complete ? [.. complete.Select(c => classes[c])] : null,
        };
    }

    public (string Question, string Answer) Text(long number)
    {
        (int source, long own) = At(number);
        return _sources[source].Text(own);
    }

    /// <summary>Whose turn it is, and the number that the sample has there.</summary>
    private (int Source, long Number) At(long number)
    {
        int turn = (int)(number % _turns.Length);
        int source = _turns[turn];
        return (source, (number / _turns.Length * _shares[source]) + _place[turn]);
    }
}
