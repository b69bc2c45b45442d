using OmgLlava.Torch.Alignment;
using TorchSharp;
using static OmgLlava.Tests.Alignment.SmallAlignment;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

public class TextProjectorTests
{
    [Fact]
    public void The_first_half_is_content_and_the_second_position()
    {
        using TextProjector projector = Text(Config);
        Tensor hidden = Random(4, Config.LanguageWidth);
        Tensor joined = projector.Project(hidden);
        (Tensor content, Tensor position) = projector.ProjectQueries(hidden);
        AssertClose(joined[.., ..Config.QueryChannels], content);
        AssertClose(joined[.., Config.QueryChannels..], position);
        Assert.Equal([4, Config.QueryWidth], joined.shape);
    }

    [Fact]
    public void Nothing_leaks()
    {
        using TextProjector projector = Text(Config);
        Tensor hidden = Random(4, Config.LanguageWidth);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            (Tensor content, Tensor position) = projector.ProjectQueries(hidden);
            content.Dispose();
            position.Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
