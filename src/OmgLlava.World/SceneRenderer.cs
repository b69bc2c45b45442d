namespace OmgLlava.World;

/// <summary>
/// Renders a series of scenes: the same packs, options, seed and index give the same scene, whatever else is rendered, and on any
/// number of threads.
/// </summary>
public sealed class SceneRenderer
{
    private const int Attempts = 10;

    private readonly ArtShelf _shelf;
    private readonly WorldOptions _options;
    private readonly long _seed;

    /// <summary>Opens packs.</summary>
    /// <param name="packs">Where drawings come from; leave one out to keep its style unseen.</param>
    /// <param name="seed">Names the series.</param>
    /// <param name="options">What scenes look like; null for the defaults.</param>
    /// <exception cref="OmgLlavaException">The packs have no drawings, or an option is outside its range.</exception>
    public SceneRenderer(IReadOnlyList<ArtPack> packs, long seed, WorldOptions? options = null)
    {
        _options = options ?? new WorldOptions();
        _options.Validate();
        _shelf = new ArtShelf(packs, _options.Categories, _options.Strangers);
        _seed = seed;
    }

    /// <summary>The categories, stuffs and facts in use; its class numbers are those of all data of this world.</summary>
    public WorldVocabulary Vocabulary => _shelf.Vocabulary;

    /// <summary>The categories that the packs can show.</summary>
    public IReadOnlyList<ThingCategory> Categories => _shelf.Categories;

    /// <summary>Names the series.</summary>
    public long Seed => _seed;

    /// <summary>Renders one scene. Safe to call from many threads.</summary>
    /// <param name="index">Its place in the series, from 0.</param>
    /// <exception cref="OmgLlavaException">A drawing cannot be read.</exception>
    public Scene Render(long index)
    {
        SceneRandom random = SceneRandom.For(_seed, index, 0);
        (int width, int height) =
            random.Chance(_options.SquareShare) ? (_options.Size, _options.Size)
            : random.Chance(0.6) ? (_options.Size, _options.Size * 3 / 4)
            : (_options.Size * 3 / 4, _options.Size);
        Backdrop backdrop = Backdrop.Draw(width, height, Vocabulary, SceneRandom.For(_seed, index, 1));
        double light = random.Range(0.88, 1.06);
        for (int attempt = 0; ; attempt++)
        {
            IReadOnlyList<ThingPlan> plans = new ScenePlanner(
                _shelf,
                _options,
                backdrop,
                SceneRandom.For(_seed, index, 2 + (attempt * 100))
            ).Plan();
            Scene scene = Compose(
                index,
                backdrop,
                [
                    .. plans.Select(
                        (plan, i) =>
                            ThingLayer.Draw(
                                plan,
                                _shelf.SpriteOf(plan.Drawing),
                                width,
                                height,
                                light,
                                SceneRandom.For(_seed, index, 3 + i)
                            )
                    ),
                ]
            );
            if (scene.Things.Count >= _options.MinThings || attempt == Attempts)
            {
                return scene;
            }
        }
    }

    /// <summary>Puts things together and leaves out, one after the other, those that are hidden too much.</summary>
    private Scene Compose(long index, Backdrop backdrop, List<ThingLayer> layers)
    {
        while (true)
        {
            var composition = new Composition(backdrop);
            layers.ForEach(composition.Add);
            if (composition.HiddenMost() is not (>= 0 and var worst))
            {
                return composition.ToScene(index, Vocabulary);
            }

            layers.RemoveAt(worst);
        }
    }
}
