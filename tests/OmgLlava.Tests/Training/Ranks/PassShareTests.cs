using OmgLlava.Training.Ranks;

namespace OmgLlava.Tests.Training.Ranks;

public class PassShareTests
{
    /// <summary>Every pass of every step is one rank's, in order; shares differ by one at most.</summary>
    [Fact]
    public void Ranks_share_the_passes()
    {
        for (int passes = 1; passes <= 9; passes++)
        {
            for (int ranks = 1; ranks <= passes; ranks++)
            {
                PassShare[] shares = [.. Enumerable.Range(0, ranks).Select(rank => new PassShare(passes, rank, ranks))];
                Assert.Equal(
                    Enumerable.Range(0, 3 * passes).Select(pass => (long)pass),
                    Enumerable.Range(0, 3).SelectMany(step => shares.SelectMany(share => share.Of(step)))
                );
                Assert.InRange(shares.Max(share => share.Count) - shares.Min(share => share.Count), 0, 1);
                foreach (PassShare share in shares)
                {
                    long[] own = [.. Enumerable.Range(0, 3).SelectMany(share.Of)];
                    Assert.Equal(own[1..], own[..^1].Select(share.Next));
                }
            }
        }
    }
}
