using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>A rendered picture and everything that is true of it.</summary>
public sealed class Scene
{
    private readonly int[] _segmentIds;
    private readonly int[,] _hidden;

    internal Scene(
        long index,
        RgbImage picture,
        int[] segmentIds,
        SceneSetting setting,
        IReadOnlyList<SceneThing> things,
        IReadOnlyList<SceneStuff> stuffs,
        int[,] hidden
    )
    {
        (Index, Picture, Setting, Things, Stuffs) = (index, picture, setting, things, stuffs);
        (_segmentIds, _hidden) = (segmentIds, hidden);
    }

    /// <summary>Its place in the series of its seed.</summary>
    public long Index { get; }

    /// <summary>The picture.</summary>
    public RgbImage Picture { get; }

    /// <summary>(height, width) segments: ids of <see cref="Things"/> and <see cref="Stuffs"/>; every pixel of a drawn scene has
    /// one, those of a photograph may have 0.</summary>
    public IReadOnlyList<int> SegmentIds => _segmentIds;

    /// <summary>The kind of place.</summary>
    public SceneSetting Setting { get; }

    /// <summary>The things, ids 1, 2, ... in this order.</summary>
    public IReadOnlyList<SceneThing> Things { get; }

    /// <summary>The stuff; in a drawn scene at least one.</summary>
    public IReadOnlyList<SceneStuff> Stuffs { get; }

    /// <summary>The nouns of which nothing is in the picture beside its things; null for every noun, as in drawn scenes. Of a
    /// photograph it is not known what stands in front of what, nor in which state and on what things are.</summary>
    internal IReadOnlySet<string>? Nouns { get; init; }

    /// <summary>Whether everything is known of it.</summary>
    internal bool IsDrawn => Nouns is null;

    /// <summary>Whether all that is called by a noun is among its things.</summary>
    internal bool Knows(string noun) => Nouns is null || Nouns.Contains(noun);

    /// <summary>How many pixels of a thing another one directly covers.</summary>
    public int HiddenPixels(SceneThing thing, SceneThing by) => _hidden[thing.Id, by.Id];

    /// <summary>The pixels of several segments.</summary>
    public Mask Union(IEnumerable<int> ids)
    {
        bool[] wanted = new bool[Things.Count + Stuffs.Count + 1];
        foreach (int id in ids)
        {
            wanted[id] = true;
        }

        int[] segments = _segmentIds;
        bool[] pixels = new bool[segments.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = wanted[segments[i]];
        }

        return new Mask(Picture.Width, Picture.Height, pixels);
    }
}
