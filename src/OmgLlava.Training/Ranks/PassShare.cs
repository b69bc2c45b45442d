namespace OmgLlava.Training.Ranks;

/// <summary>Which passes are one rank's: of every step as many as of any other rank, or one more, one behind the other.</summary>
internal sealed class PassShare
{
    private readonly int _passes;
    private readonly int _first;

    /// <param name="passes">Passes of a step, at least as many as ranks.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="ranks">How many there are.</param>
    public PassShare(int passes, int rank, int ranks)
    {
        _passes = passes;
        _first = (int)((long)passes * rank / ranks);
        Count = (int)((long)passes * (rank + 1) / ranks) - _first;
    }

    /// <summary>How many of a step.</summary>
    public int Count { get; }

    /// <summary>The numbers of those of a step; passes are numbered from the first step on.</summary>
    public IEnumerable<long> Of(int step) => Enumerable.Range(0, Count).Select(i => ((long)step * _passes) + _first + i);

    /// <summary>The rank's next pass.</summary>
    public long Next(long pass) => (pass % _passes) - _first == Count - 1 ? pass + 1 + _passes - Count : pass + 1;
}
