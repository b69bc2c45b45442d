using OmgLlava.Data.Photos;
using OmgLlava.Imaging;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>The photographs of a set, again and again, each time in another order and in other views.</summary>
internal sealed class PhotoScenes : ISceneSource
{
    private const long LeastArea = 64;
    private const int Tries = 4;

    private readonly IPhotoSet _photos;
    private readonly int _seed;
    private readonly SampleOrder _order;
    private readonly Dictionary<string, int> _classes;
    private readonly PhotoDialogue _dialogue;
    private readonly IReadOnlyDictionary<SceneTask, int> _mix;

    /// <param name="recipe">The photographs.</param>
    /// <param name="seed">Order, views and words.</param>
    /// <param name="mix">How many questions of each task, see <see cref="DataRecipe.Mix"/>.</param>
    /// <exception cref="OmgLlavaException">A file is missing or broken, or there are none.</exception>
    public PhotoScenes(PhotoRecipe recipe, int seed, IReadOnlyDictionary<SceneTask, int> mix)
    {
        (_photos, _seed, _mix) = (recipe.Open(), seed, mix);
        if (_photos.Count == 0)
        {
            throw new OmgLlavaException($"'{recipe.Folder}' has no photographs of the part '{recipe.Part}'.");
        }

        _order = new SampleOrder(_photos.Count, seed);
        PhotoClass[] classes =
        [
            .. _photos.Classes.Select(c => c with { Name = Renamed(c.Name) }).DistinctBy(c => c.Name).OrderBy(c => !c.IsThing),
        ];
        ClassNames = [.. classes.Select(c => c.Name)];
        Things = classes.Count(c => c.IsThing);
        Words = [.. ClassNames.Select(name => (string[])[name])];
        var index = ClassNames.Index().ToDictionary(c => c.Item, c => c.Index);
        _classes = _photos.Classes.ToDictionary(c => c.Name, c => index[Renamed(c.Name)]);
        _dialogue = new PhotoDialogue(ClassNames, Things, seed);

        string Renamed(string name) => recipe.Names.GetValueOrDefault(name, name);
    }

    public IReadOnlyList<string> ClassNames { get; }

    public int Things { get; }

    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    public long Count => long.MaxValue;

    public TrainingScene Scene(long number)
    {
        int index = (int)_order.At(number);
        Random random = RandomSeed.Generator(_seed, number, RandomSeed.Purpose.Sample);
        RgbImage photo = ImageFile.Load(_photos.ImagePath(index));
        PhotoLabels labels = _photos.Read(index);
        SceneObject[] objects = [.. labels.Objects.Select(o => Read(o, photo))];
        bool whole = objects.Any(o => !o.HasMask);
        PixelBox[] things = [.. objects.Where(o => o.Mask.Area >= LeastArea).Select(o => o.Mask.Box!.Value)];
        for (int i = 0; i < Tries; i++)
        {
            PhotoView view = PhotoView.Draw(photo.Width, photo.Height, random, whole || i == Tries - 1, things);
            SceneObject[] shown = [.. objects.Select(o => o with { Mask = view.Of(o.Mask) })];
            SceneObject[] seen = [.. shown.Where(o => o.Mask.Area >= LeastArea)];
            if (seen.Length > 0 || i == Tries - 1)
            {
                RgbImage picture = view.Of(photo);
                int[] complete = [.. labels.Complete.Select(name => _classes[name]).Distinct()];
                int[] doubtful = // groups, and things of which a little is left at the edge
                [
                    .. labels.Grouped.Select(name => _classes[name]),
                    .. shown.Where(o => o.Mask.Area is > 0 and < LeastArea).Select(o => o.Class),
                ];
                var nouns = complete.Except(doubtful).Select(known => ClassNames[known]).ToHashSet();
                return new TrainingScene(
                    _photos.ImagePath(index),
                    picture,
                    seen,
                    () => TurnGroups.Of(_dialogue.Write(number, picture, seen, nouns), _mix)
                )
                {
                    Ignored = labels.Ignored is null ? null : view.Of(labels.Ignored),
                    Complete = complete,
                };
            }
        }

        throw new InvalidOperationException("The last view is always taken.");
    }

    /// <summary>A question that needs no prompt, as one may ask it without a picture.</summary>
    public (string Question, string Answer) Text(long number)
    {
        for (int i = 0; i < _photos.Count; i++)
        {
            TrainingScene scene = Scene(number + i);
            Random random = RandomSeed.Generator(_seed, number, RandomSeed.Purpose.Prompts);
            if (scene.Choose(int.MaxValue, random).FirstOrDefault(turn => turn.Prompts.Count == 0) is { } turn)
            {
                return (turn.Question, turn.Answer);
            }
        }

        throw new OmgLlavaException("Nothing can be said of these photographs; their labels have no names.");
    }

    private SceneObject Read(PhotoObject item, RgbImage photo) =>
        new(
            item.Name is null ? SceneObject.UnknownClass : _classes[item.Name],
            item.Mask ?? new Mask(photo.Width, photo.Height, [.. Enumerable.Repeat(true, photo.Width * photo.Height)])
        )
        {
            HasMask = item.Mask is not null,
        };
}
