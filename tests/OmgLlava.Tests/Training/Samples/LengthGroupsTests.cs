using OmgLlava.Training.Samples;

namespace OmgLlava.Tests.Training.Samples;

public class LengthGroupsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_sample_comes_once_and_the_batches_of_a_step_are_alike(int parts)
    {
        const int Size = 5;
        const int Steps = 8; // two groups
        var groups = new LengthGroups<int>(Size, parts, seed: 3, place => (int)(place * 7919 % 1009), length => length);
        int[][] batches = [.. Enumerable.Range(0, Steps * parts).Select(number => groups.Batch(number))];
        Assert.All(batches, batch => Assert.Equal(Size, batch.Length));
        Assert.Equal(
            Enumerable.Range(0, Steps * parts * Size).Select(place => place * 7919 % 1009).Order(),
            batches.SelectMany(batch => batch).Order()
        );
        foreach (int[][][] group in batches.Chunk(parts).Chunk(Steps / 2))
        {
            (int Least, int Most)[] steps =
            [
                .. group
                    .Select(step => (step.Min(batch => batch.Min()), step.Max(batch => batch.Max())))
                    .OrderBy(step => step.Item1),
            ];
            Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.Most <= pair.Second.Least));
        }

        Assert.Equal(
            batches[1],
            new LengthGroups<int>(Size, parts, seed: 3, place => (int)(place * 7919 % 1009), length => length).Batch(1)
        );
    }
}
