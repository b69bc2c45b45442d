using OmgLlava.Perception;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using TorchSharp;
using static OmgLlava.Tests.Alignment.SmallAlignment;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

public class VisualProjectorTests
{
    private static readonly long[][] Owners =
    [
        [4, 1, 1, 4],
        [0, 2, 3, 3],
    ];

    [Fact]
    public void Tokens_are_pixels_then_separator_then_valid_queries_in_order()
    {
        using VisualProjector projector = Visual(Config);
        Tensor queries = ObjectQueries();
        VisualTokens tokens = projector.ProjectImages(Features(), Prior(Owners), queries);

        Assert.Equal([Pixels + 1 + 2, Config.LanguageWidth], tokens.Images[0].shape);
        Assert.Equal([Pixels + 1 + 3, Config.LanguageWidth], tokens.Images[1].shape);
        AssertClose(tokens.Pixels[1], tokens.Images[1][..Pixels]);
        AssertClose(Parameter(projector, "separator"), tokens.Images[0][Pixels..(Pixels + 1)]);
        AssertClose(projector.ProjectObjects(queries[0, tensor([1L, 4L])]), tokens.Images[0][(Pixels + 1)..]);
        AssertClose(projector.ProjectObjects(queries[1, tensor([0L, 2L, 3L])]), tokens.Images[1][(Pixels + 1)..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_gives_what_its_images_give_alone(bool crossAttention)
    {
        using VisualProjector projector = Visual(Config with { CrossAttention = crossAttention });
        (Tensor features, PerceptionPrior prior, Tensor queries) = (Features(), Prior(Owners), ObjectQueries());
        VisualTokens batch = projector.ProjectImages(features, prior, queries);
        for (int i = 0; i < 2; i++)
        {
            VisualTokens alone = projector.ProjectImages(
                features.narrow(0, i, 1),
                new PerceptionPrior(prior.PixelQueries.narrow(0, i, 1), prior.Unassigned.narrow(0, i, 1)),
                queries.narrow(0, i, 1)
            );
            AssertClose(batch.Images[i], Assert.Single(alone.Images));
        }
    }

    [Theory]
    [InlineData(nameof(PriorForm.Concatenation))]
    [InlineData(nameof(PriorForm.Addition))]
    public void A_removed_prior_has_no_influence_and_a_present_one_has(string form)
    {
        Assert.False(Differ(removed: true));
        Assert.True(Differ(removed: false));

        bool Differ(bool removed)
        {
            using VisualProjector projector = Visual(Config with { Prior = Enum.Parse<PriorForm>(form), RemovePrior = removed });
            PerceptionPrior prior = Prior(Owners);
            Tensor one = projector.ProjectImages(Features(), prior, ObjectQueries()).Pixels;
            Tensor two = projector
                .ProjectImages(Features(), prior with { PixelQueries = prior.PixelQueries.Mul(3) }, ObjectQueries())
                .Pixels;
            return !one.equal(two).all().item<bool>();
        }
    }

    [Fact]
    public void Without_object_tokens_only_pixels_remain()
    {
        using VisualProjector projector = Visual(Config with { RemoveObjectTokens = true });
        VisualTokens tokens = projector.ProjectImages(Features(), Prior(Owners), ObjectQueries());
        Assert.All(tokens.Images.Index(), image => AssertClose(tokens.Pixels[image.Index], image.Item));
    }

    [Fact]
    public void Added_prior_is_the_mean_of_projected_queries()
    {
        using VisualProjector projector = Visual(Config with { Prior = PriorForm.Addition });
        Tensor queries = ObjectQueries(1);
        Tensor weights = Random(1, Queries, Pixels).softmax(1); // sum to one over the queries
        var prior = new PerceptionPrior(weights.transpose(1, 2).matmul(queries), Prior(Owners[0]).Unassigned);
        Tensor actual = projector.ProjectImages(Features(1), prior, queries).Pixels;

        Tensor projection = Parameter(projector, "objects.query_projection.weight");
        Tensor projected = queries.matmul(projection.t()).Add(Parameter(projector, "objects.query_projection.bias"));
        Tensor input = weights.transpose(1, 2).matmul(projected).Add(Features(1));
        Tensor hidden = nn.functional.linear(
            input,
            Parameter(projector, "pixel_mlp.0.weight"),
            Parameter(projector, "pixel_mlp.0.bias")
        );
        Tensor expected = nn.functional.linear(
            nn.functional.gelu(hidden),
            Parameter(projector, "pixel_mlp.1.weight"),
            Parameter(projector, "pixel_mlp.1.bias")
        );
        AssertClose(expected, actual);
    }

    [Fact]
    public void Prompts_share_the_layers_of_objects_unless_told_otherwise()
    {
        using VisualProjector shared = Visual(Config);
        using VisualProjector separate = Visual(Config with { SeparatePromptProjection = true });
        Tensor prompts = Random(3, Config.QueryWidth);
        AssertClose(shared.ProjectObjects(prompts), ProjectPrompts(shared));
        Assert.False(separate.ProjectObjects(prompts).allclose(ProjectPrompts(separate)));

        Tensor ProjectPrompts(VisualProjector projector) =>
            projector.ProjectPrompts(
                prompts,
                tensor([0L, 1L, 1L]),
                projector.ProjectImages(Features(), Prior(Owners), ObjectQueries())
            );
    }

    [Fact]
    public void With_cross_attention_a_prompt_sees_the_pixels_of_its_own_image()
    {
        using VisualProjector projector = Visual(Config with { CrossAttention = true });
        Tensor queries = ObjectQueries();
        VisualTokens tokens = projector.ProjectImages(Features(), Prior(Owners), queries);
        Tensor prompts = queries[1, tensor([2L])].expand(2, -1);
        Tensor projected = projector.ProjectPrompts(prompts, tensor([1L, 0L]), tokens);
        AssertClose(tokens.Images[1][Pixels + 2], projected[0]); // query 2 is the second valid one of image 1
        Assert.False(projected[0].allclose(projected[1]));
        Assert.Equal(
            [0, Config.LanguageWidth],
            projector.ProjectPrompts(prompts[..0], tensor(Array.Empty<long>()), tokens).shape
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Depth_is_the_number_of_linear_layers(int depth)
    {
        using VisualProjector projector = Visual(Config with { ProjectorDepth = depth });
        Assert.Equal(
            depth,
            projector.named_parameters().Count(p => p.name.StartsWith("pixel_mlp.") && p.name.EndsWith("weight"))
        );
        Assert.Equal(Config.LanguageWidth, projector.ProjectImages(Features(), Prior(Owners), ObjectQueries()).Pixels.shape[^1]);
    }

    [Fact]
    public void A_perception_of_another_width_is_refused()
    {
        using VisualProjector projector = Visual(Config);
        var error = Assert.Throws<OmgLlavaException>(() =>
            projector.ProjectImages(Random(2, Pixels, 9), Prior(Owners), ObjectQueries())
        );
        Assert.Contains("image features 8 wide, but perception gives 9", error.Message);
        Assert.Throws<OmgLlavaException>(() => projector.ProjectImages(Features(), Prior(Owners), Random(2, Queries, 7)));
    }

    [Fact]
    public void Told_places_are_added_to_every_token_but_the_separator()
    {
        using VisualProjector plain = Visual(Config);
        using VisualProjector placed = Visual(Config, new PerceptionConfig { Places = true });
        foreach (var (name, parameter) in plain.named_parameters())
        {
            using var noGradient = no_grad();
            placed.get_parameter(name)!.copy_(parameter);
        }

        var places = new TokenPlaces(Random(Pixels, 4).sigmoid(), Random(2, Queries, 4).sigmoid());
        VisualTokens without = plain.ProjectImages(Features(), Prior(Owners), ObjectQueries());
        VisualTokens with = placed.ProjectImages(Features(), Prior(Owners), ObjectQueries(), places);
        Tensor before = without.Images[0],
            after = with.Images[0]; // 4 pixels, separator, queries 1 and 4
        AssertClose(Placed(before[..Pixels], places.Pixels), after[..Pixels]);
        AssertClose(before[Pixels], after[Pixels]);
        AssertClose(Placed(before[(Pixels + 1)..], places.Objects[0, tensor([1L, 4L])]), after[(Pixels + 1)..]);

        Tensor prompts = Random(2, Config.QueryWidth);
        Tensor index = tensor([0L, 1L]);
        Tensor boxes = places.Objects[1, ..2];
        AssertClose(
            Placed(plain.ProjectPrompts(prompts, index, without), boxes),
            placed.ProjectPrompts(prompts, index, with, boxes)
        );
        Assert.Throws<ArgumentNullException>(() => placed.ProjectImages(Features(), Prior(Owners), ObjectQueries()));

        // A token gets an embedding of its box, times its own size: 8 times sin and cos of π, 2π, 4π ... times each number of the
        // box, through the layer.
        Tensor Placed(Tensor tokens, Tensor boxes) =>
            tokens.Add(Embedded(boxes).mul(tokens.mul(tokens).mean([-1], keepdim: true).sqrt()));

        Tensor Embedded(Tensor boxes)
        {
            Tensor[] phases =
            [
                .. Enumerable
                    .Range(0, 4)
                    .SelectMany(side =>
                        Enumerable.Range(0, 5).Select(octave => boxes.select(-1, side).Mul(Math.PI * Math.Pow(2, octave)))
                    ),
            ];
            Tensor waves = stack([.. phases.Select(phase => phase.sin()), .. phases.Select(phase => phase.cos())], dim: -1)
                .Mul(8);
            return nn.functional.linear(
                waves,
                Parameter(placed, "places.linear.weight"),
                Parameter(placed, "places.linear.bias")
            );
        }
    }

    /// <summary>By the middles of their masks, whatever their queries' order.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sorted_objects_come_from_left_to_right(bool placed)
    {
        using VisualProjector plain = Visual(Config, new PerceptionConfig { Places = placed });
        using VisualProjector sorted = Visual(
            Config,
            new PerceptionConfig
            {
                Places = placed,
                Objects = new ObjectTokensConfig { Sorted = true },
            }
        );
        foreach (var (name, parameter) in plain.named_parameters())
        {
            using var noGradient = no_grad();
            sorted.get_parameter(name)!.copy_(parameter);
        }

        Tensor boxes = Random(2, Queries, 4).sigmoid();
        boxes[0, 1, 0] = tensor(0.9f);
        boxes[0, 4, 0] = tensor(0.2f);
        var places = new TokenPlaces(Random(Pixels, 4).sigmoid(), boxes);
        VisualTokens before = plain.ProjectImages(Features(), Prior(Owners), ObjectQueries(), places);
        VisualTokens after = sorted.ProjectImages(Features(), Prior(Owners), ObjectQueries(), places);
        Assert.Equal([1L, 4L], before.Objects[0].data<long>());
        Assert.Equal([4L, 1L], after.Objects[0].data<long>());
        AssertClose(before.Images[0][..(Pixels + 1)], after.Images[0][..(Pixels + 1)]);
        AssertClose(before.Images[0][tensor([Pixels + 2L, Pixels + 1L])], after.Images[0][(Pixels + 1)..]);
        Assert.Throws<ArgumentNullException>(() => sorted.ProjectImages(Features(), Prior(Owners), ObjectQueries()));
    }

    [Fact]
    public void Nothing_leaks()
    {
        using VisualProjector projector = Visual(Config with { CrossAttention = true });
        (Tensor features, PerceptionPrior prior, Tensor queries, Tensor index) = (
            Features(),
            Prior(Owners),
            ObjectQueries(),
            tensor([0L, 1L])
        );
        Tensor prompts = Random(2, Config.QueryWidth);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            using VisualTokens tokens = projector.ProjectImages(features, prior, queries);
            projector.ProjectPrompts(prompts, index, tokens).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
