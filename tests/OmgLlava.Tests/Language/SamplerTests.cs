using OmgLlava.Language;

namespace OmgLlava.Tests.Language;

public class SamplerTests
{
    [Fact]
    public void Draws_follow_the_probabilities()
    {
        // Probabilities 0.5, 0.3 and 0.2 at temperature 1.
        float[] scores = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        int[] counts = Count(new GenerationOptions { Temperature = 1, Seed = 1 }, scores);
        Assert.InRange(counts[0], 4800, 5200);
        Assert.InRange(counts[1], 2800, 3200);
        Assert.InRange(counts[2], 1800, 2200);
    }

    [Fact]
    public void Top_k_and_top_p_leave_the_rest_out()
    {
        float[] scores = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        Assert.Equal(
            0,
            Count(
                new GenerationOptions
                {
                    Temperature = 1,
                    TopK = 2,
                    Seed = 1,
                },
                scores
            )[2]
        );
        Assert.Equal(
            0,
            Count(
                new GenerationOptions
                {
                    Temperature = 1,
                    TopP = 0.6,
                    Seed = 1,
                },
                scores
            )[2]
        );
        Assert.Equal(
            10000,
            Count(
                new GenerationOptions
                {
                    Temperature = 1,
                    TopP = 0.4,
                    Seed = 1,
                },
                scores
            )[0]
        );
    }

    [Fact]
    public void A_penalty_makes_what_was_said_less_likely_on_both_sides_of_zero()
    {
        var sampler = new Sampler(new GenerationOptions { RepetitionPenalty = 2 });
        Assert.Equal(0, sampler.Next([3, 2, -4]));
        Assert.Equal(1, sampler.Next([3, 2, -4]));
        Assert.Equal(2, sampler.Next([-3, -3, -4]));
    }

    private static int[] Count(GenerationOptions options, float[] scores)
    {
        var sampler = new Sampler(options);
        int[] counts = new int[scores.Length];
        for (int i = 0; i < 10000; i++)
        {
            counts[sampler.Next([.. scores])]++;
        }

        return counts;
    }
}
