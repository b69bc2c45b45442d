using OmgLlava.Training.Engine;

namespace OmgLlava.Tests.Training.Engine;

public class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Schedule = new(2e-4, 1000, 0.03);

    [Theory]
    [InlineData(0, 2e-9)]
    [InlineData(15, 1.00001e-4)]
    [InlineData(30, 2e-4)]
    [InlineData(515, 1e-4)]
    [InlineData(1000, 0)]
    public void Rises_in_a_line_and_falls_in_half_a_cosine(int step, double rate) => Assert.Equal(rate, Schedule.At(step), 1e-10);

    [Fact]
    public void Without_warm_up_it_begins_at_the_top() => Assert.Equal(1, new LearningRateSchedule(1, 10, 0).At(0));
}
