using OmgLlava.Alignment;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

public class PromptSplicerTests
{
    private const long Image = PromptPlaceholders.ImageId;
    private const long Region = 20;
    private const long Mark = 21;
    private const int Width = 3;

    /// <summary>Row i of the vocabulary is (i, i, i); visual rows are negative, so that each can be told apart.</summary>
    private readonly Tensor _table = ScalarArithmetic.Arange(20, float32, null).unsqueeze(1).expand(20, Width).contiguous();

    private readonly PromptSplicer _splicer;

    public PromptSplicerTests() => _splicer = new(new PromptPlaceholders(Region, Mark), ids => _table.index_select(0, ids));

    [Fact]
    public void Random_prompts_are_spliced_as_a_list_of_rows_says()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            Check(random);
        }
    }

    private void Check(Random random)
    {
        using var scope = NewDisposeScope();
        (int batch, int length) = (random.Next(1, 4), random.Next(1, 9));
        var ids = new long[batch, length];
        var labels = new long[batch, length];
        var mask = new bool[batch, length];
        var images = new List<Tensor>();
        var regions = new List<Tensor>();
        var marks = new List<Tensor>();
        var expected = new List<List<(float Value, long Label)>>();
        for (int b = 0; b < batch; b++)
        {
            bool hasImage = random.Next(4) > 0;
            int imageAt = hasImage ? random.Next(length) : -1;
            if (!hasImage)
            {
                images.Add(ScalarArithmetic.Full([2, Width], -50f, float32, null)); // paired with text alone, unused
            }

            var row = new List<(float, long)>();
            for (int t = 0; t < length; t++)
            {
                int kind =
                    t == imageAt ? 0
                    : hasImage ? random.Next(1, 8)
                    : 3;
                mask[b, t] = t == imageAt || random.Next(5) > 0;
                labels[b, t] = random.Next(100);
                ids[b, t] = kind switch
                {
                    0 => Image,
                    1 => Region,
                    2 => Mark,
                    _ => random.Next(20),
                };
                if (!mask[b, t])
                {
                    continue;
                }

                List<Tensor>? list = kind switch
                {
                    0 => images,
                    1 => regions,
                    2 => marks,
                    _ => null,
                };
                int count = kind == 0 ? random.Next(4) : 1;
                float value = list is null ? ids[b, t] : -100 * kind - list.Count - 1;
                list?.Add(ScalarArithmetic.Full([count, Width], value, float32, null));
                row.AddRange(Enumerable.Repeat((value, list is null ? labels[b, t] : -100), list is null ? 1 : count));
            }

            expected.Add(row);
        }

        SplicedPrompt spliced = _splicer.Splice(
            new PromptTokens(tensor(ids), tensor(mask), tensor(labels)),
            new VisualEmbeddings(images, regions.Count > 0 ? cat(regions) : null, marks.Count > 0 ? cat(marks) : zeros(0, Width))
        );

        int longest = expected.Max(row => row.Count);
        Assert.Equal([batch, longest, Width], spliced.Embeddings.shape);
        for (int b = 0; b < batch; b++)
        {
            int own = expected[b].Count;
            int padding = longest - own;
            Assert.Equal(
                [.. expected[b].Select(x => x.Value), .. new float[padding]],
                spliced.Embeddings[b].mean([1L]).data<float>()
            );
            Assert.Equal(
                [.. expected[b].Select(x => x.Label), .. Enumerable.Repeat(-100L, padding)],
                spliced.Labels![b].data<long>()
            );
            Assert.Equal([.. Enumerable.Repeat(1L, own), .. new long[padding]], spliced.Mask[b].data<long>());
            Assert.Equal(
                [.. Enumerable.Range(0, own).Select(i => (long)i), .. new long[padding]],
                spliced.Positions[b].data<long>()
            );
        }
    }

    /// <summary>Conversations about one picture stand one behind the other, and each counts on from the picture.</summary>
    [Fact]
    public void Conversations_about_a_picture_share_its_places()
    {
        using var scope = NewDisposeScope();
        long[,] ids =
        {
            { 3, Image, 4, 5, 6, 7, Region },
        };
        long[,] conversations =
        {
            { 1, 1, 2, 2, 3, 2, 3 },
        };
        SplicedPrompt spliced = _splicer.Splice(
            new PromptTokens(tensor(ids), tensor(conversations)),
            new VisualEmbeddings([zeros(3, Width)], zeros(1, Width))
        );
        Assert.Equal([1L, 1, 1, 1, 2, 2, 3, 2, 3], spliced.Mask[0].data<long>());
        Assert.Equal([0L, 1, 2, 3, 4, 5, 4, 6, 5], spliced.Positions[0].data<long>());
    }

    [Fact]
    public void Text_alone_needs_no_image()
    {
        SplicedPrompt spliced = _splicer.Splice(
            new PromptTokens(
                tensor(
                    new long[,]
                    {
                        { 3, 4 },
                    }
                )
            ),
            new VisualEmbeddings([])
        );
        Assert.Equal([3f, 4f], spliced.Embeddings[0].mean([1L]).data<float>());
        Assert.Null(spliced.Labels);
    }

    [Fact]
    public void Counts_that_differ_are_named()
    {
        long[,] ids =
        {
            { 1, Image, Region, Mark, Region },
        };
        Assert.Contains("2 <region> placeholder(s), but 1 region(s)", Error(ids, 1, 1, 1));
        Assert.Contains("1 <mark> placeholder(s), but 0 point(s)", Error(ids, 1, 2, 0));
        Assert.Contains("1 <image> placeholder(s), but 0 image(s)", Error(ids, 0, 2, 1));
        Assert.Contains("1 <image> placeholder(s), but 2 image(s)", Error(ids, 2, 2, 1));
        Assert.Contains(
            "no <image>",
            Error(
                new long[,]
                {
                    { 1, Region },
                },
                0,
                0,
                0
            )
        );

        string Error(long[,] ids, int images, int regions, int marks) =>
            Assert
                .Throws<OmgLlavaException>(() =>
                    _splicer.Splice(
                        new PromptTokens(tensor(ids)),
                        new VisualEmbeddings(
                            [.. Enumerable.Repeat(ones(2, Width), images)],
                            ones(regions, Width),
                            ones(marks, Width)
                        )
                    )
                )
                .Message;
    }

    [Fact]
    public void Mask_and_labels_of_another_shape_are_refused()
    {
        Tensor ids = tensor(
            new long[,]
            {
                { 1, 2 },
            }
        );
        Assert.Throws<OmgLlavaException>(() =>
            _splicer.Splice(new PromptTokens(ids, ones(1, 3, dtype: ScalarType.Bool)), new VisualEmbeddings([]))
        );
        Assert.Throws<OmgLlavaException>(() =>
            _splicer.Splice(new PromptTokens(ids, Labels: ones(2, 2, dtype: int64)), new VisualEmbeddings([]))
        );
    }

    [Fact]
    public void Gradients_reach_words_images_and_prompts()
    {
        Tensor table = _table.clone().requires_grad_();
        Tensor image = ones(2, Width).requires_grad_();
        Tensor regions = ones(1, Width).requires_grad_();
        var splicer = new PromptSplicer(new PromptPlaceholders(Region, Mark), ids => table.index_select(0, ids));
        splicer
            .Splice(
                new PromptTokens(
                    tensor(
                        new long[,]
                        {
                            { 7, Image, Region, 7 },
                        }
                    )
                ),
                new VisualEmbeddings([image], regions)
            )
            .Embeddings.sum()
            .backward();
        Assert.Equal(2f, table.grad![7, 0].item<float>());
        Assert.Equal(6f, image.grad!.sum().item<float>());
        Assert.Equal(3f, regions.grad!.sum().item<float>());
    }

    [Fact]
    public void Nothing_leaks()
    {
        Tensor ids = tensor(
            new long[,]
            {
                { 7, Image, Mark, 7 },
            }
        );
        var visual = new VisualEmbeddings([ones(2, Width)], Marks: ones(1, Width));
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            SplicedPrompt spliced = _splicer.Splice(new PromptTokens(ids), visual);
            spliced.Embeddings.Dispose();
            spliced.Mask.Dispose();
            spliced.Positions.Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
