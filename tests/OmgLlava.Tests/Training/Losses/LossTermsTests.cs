using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

public class LossTermsTests
{
    [Fact]
    public void The_total_is_the_sum()
    {
        Assert.Equal(31f, new LossTerms(tensor(1f), tensor(2f), tensor(4f), tensor(8f), tensor(16f)).Total().item<float>());
    }
}
