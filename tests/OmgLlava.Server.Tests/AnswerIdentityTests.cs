using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Tests;

/// <summary>An answer that is made again draws the same.</summary>
public class AnswerIdentityTests
{
    [Fact]
    public void Draws_follow_the_identity_where_the_client_gives_no_seed()
    {
        var one = AnswerIdentity.New(TimeProvider.System);
        var other = AnswerIdentity.New(TimeProvider.System);
        Assert.Equal(one.Seed, SeedOf(null, one));
        Assert.Equal(one.Seed, SeedOf(-1, one));
        Assert.Equal(7, SeedOf(7, one));
        Assert.NotEqual(one.Name, other.Name);
        Assert.Equal(AnswerIdentity.Digits, one.Name.Length);
        Assert.All([one.Seed, other.Seed], seed => Assert.InRange(seed, 0, int.MaxValue - CompletionReader.MaxChoices));
    }

    private static int? SeedOf(long? seed, AnswerIdentity identity) =>
        Sampling.Of(new ChatRequest { Seed = seed }).Read(new ServerOptions(), identity).Seed;
}
