namespace OmgLlava.Training.Ranks;

/// <summary>One process: what it says is what all say.</summary>
internal sealed class SingleRank : RankGroup
{
    public override int Rank => 0;

    public override int Count => 1;

    public override void Abort(int code) => Environment.Exit(code);

    internal override IReadOnlyList<byte[]> Gather(byte[] mine) => [mine];

    internal override void Share(Span<byte> bytes) { }

    internal override void BeginSum(Span<double> numbers) { }

    internal override void FinishSums() { }
}
