using OmgLlava.Tests.Alignment;
using OmgLlava.Torch.Alignment;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

public class ProjectorRegularizerTests
{
    [Fact]
    public void Leaves_out_only_the_query_that_owns_its_whole_image()
    {
        Tensor queries = SmallAlignment.ObjectQueries();
        Tensor taking = ProjectorRegularizer.Queries(queries, SmallAlignment.Prior([2, 2, 2, 2], [0, 1, 1, 1]).Unassigned);
        Assert.Equal(2 * SmallAlignment.Queries - 1, taking.shape[0]);
        SmallAlignment.AssertClose(queries[0, 3], taking[2]);
        SmallAlignment.AssertClose(queries[1, 0], taking[4]);
    }

    [Fact]
    public void Training_it_brings_queries_back()
    {
        using VisualProjector visual = SmallAlignment.Visual(SmallAlignment.Config);
        using TextProjector text = SmallAlignment.Text(SmallAlignment.Config);
        Tensor queries = SmallAlignment.ObjectQueries().flatten(0, 1);
        var optimizer = optim.AdamW([.. visual.parameters(), .. text.parameters()], lr: 0.01);
        float first = Step();
        for (int i = 0; i < 100; i++)
        {
            Step();
        }

        Assert.True(Step() < first / 10);

        float Step()
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = nn.functional.mse_loss(ProjectorRegularizer.Return(visual, text, queries), queries);
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }
    }
}
