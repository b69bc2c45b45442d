using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Imaging;
using OmgLlava.Training.Recipes;

namespace OmgLlava.Training.Samples;

/// <summary>The samples of a data folder: its panoptic pictures where the stage needs objects, its conversations where it needs
/// words.</summary>
internal sealed class FolderScenes : ISceneSource
{
    private readonly IReadOnlyList<PanopticSample> _pictures;
    private readonly IReadOnlyList<Conversation> _conversations;
    private readonly Dictionary<int, int> _classes;

    /// <param name="folder">The folder.</param>
    /// <param name="stage">What the samples are for.</param>
    /// <exception cref="OmgLlavaException">The folder has none of what the stage needs.</exception>
    public FolderScenes(DataFolder folder, RecipeStage stage)
    {
        bool needsObjects = stage is RecipeStage.Contrastive or RecipeStage.Segmentation;
        _pictures = needsObjects ? folder.Panoptic?.Samples ?? [] : [];
        _conversations = needsObjects ? [] : [.. folder.Kinds.SelectMany(kind => folder.ConversationsOf(kind))];
        CocoCategory[] categories = [.. (folder.Panoptic?.Categories ?? []).OrderBy(category => !category.IsThing)];
        _classes = categories.Index().ToDictionary(c => c.Item.Id, c => c.Index);
        ClassNames = [.. categories.Select(category => category.Name)];
        Things = categories.Count(category => category.IsThing);
        Words = [.. ClassNames.Select(name => (string[])[name])];
        Count = needsObjects ? _pictures.Count : _conversations.Count;
        if (Count == 0)
        {
            throw new OmgLlavaException(
                needsObjects
                    ? $"'{folder.Directory}' has no panoptic.json with pictures; the perception stages learn from it."
                    : $"'{folder.Directory}' has no conversations, expressions, captions or regions to learn from."
            );
        }
    }

    public IReadOnlyList<string> ClassNames { get; }

    public int Things { get; }

    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    public long Count { get; }

    public TrainingScene Scene(long number) =>
        _pictures.Count > 0 ? Picture(_pictures[(int)number]) : Talk(_conversations[(int)number]);

    public (string Question, string Answer) Text(long number)
    {
        Conversation conversation = _conversations[(int)(number % _conversations.Count)];
        ConversationTurn turn = conversation.Turns[(int)(number / _conversations.Count % conversation.Turns.Count)];
        return (turn.Question, turn.Answer);
    }

    private static TrainingScene Talk(Conversation conversation) =>
        new(
            conversation.Id,
            conversation.ImagePath is null ? null : ImageFile.Load(conversation.ImagePath),
            [],
            () => [conversation.Turns]
        );

    private TrainingScene Picture(PanopticSample sample)
    {
        PanopticMap map = sample.ReadMap();
        return new TrainingScene(
            sample.ImagePath,
            ImageFile.Load(sample.ImagePath),
            [
                .. sample
                    .Segments.Where(segment => !segment.IsCrowd)
                    .Select(segment => new SceneObject(_classes[segment.CategoryId], map.MaskOf(segment))),
            ],
            () => []
        );
    }
}
