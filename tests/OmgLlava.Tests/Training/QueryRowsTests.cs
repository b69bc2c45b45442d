using OmgLlava.Torch.Layers;
using OmgLlava.Training;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training;

public class QueryRowsTests
{
    [Fact]
    public void Queries_lie_by_picture_and_come_back_in_their_order()
    {
        using var scope = NewDisposeScope();
        long[] owners = [2, 0, 2, 2, 0];
        Tensor queries = ScalarArithmetic.Arange(10, float32, null).view(5, 2);
        var rows = QueryRows.Of(owners, 4, CPU);
        Tensor spread = rows.Spread(queries);
        Assert.Equal([4, 3, 2], spread.shape);
        Assert.Equal([0f, 4f, 6f], spread[2].select(1, 0).contiguous().data<float>());
        Assert.Equal([2f, 8f], spread[0].select(1, 0).narrow(0, 0, 2).contiguous().data<float>());
        Assert.True(rows.Gather(spread).equal(queries).all().item<bool>());
    }

    [Fact]
    public void Only_asked_queries_get_a_gradient()
    {
        using var scope = NewDisposeScope();
        Tensor queries = ones(3, 2).requires_grad_();
        var rows = QueryRows.Of([0, 1, 1], 2, CPU);
        rows.Gather(rows.Spread(queries).Mul(2)).sum().backward();
        Assert.Equal(Enumerable.Repeat(2f, 6), queries.grad!.data<float>());
    }
}
