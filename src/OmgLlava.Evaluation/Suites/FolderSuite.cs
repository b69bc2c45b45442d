using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Suites;

/// <summary>All tasks that a folder of one's own data holds.</summary>
internal static class FolderSuite
{
    /// <exception cref="OmgLlavaException">The folder is missing, or a record is broken.</exception>
    public static IReadOnlyList<EvaluationTask> Open(SuiteData data)
    {
        DataFolder folder = DataFolder.Open(data.Folder, data.Split);
        Func<string, Mask?> largest = Largest(folder.Objects);
        var tasks = new List<EvaluationTask>();
        if (folder.Panoptic is { Samples.Count: > 0 } panoptic)
        {
            tasks.Add(new PanopticTask(panoptic));
        }

        if (folder.Objects.Count > 0)
        {
            tasks.AddRange([
                new InteractiveTask(folder.Objects, box: false, largest),
                new InteractiveTask(folder.Objects, box: true, largest),
            ]);
        }

        Add(folder.Referring.Count, () => new ReferringTask("referring", folder.Referring, largest));
        Add(folder.Reasoning.Count, () => new ReferringTask("reasoning", folder.Reasoning, largest));
        Add(folder.Captions.Count, () => new CaptionTask(GroundedSample.Of(folder.Captions), largest));
        Add(folder.Objects.Count, () => new ExactTask("name-at-point", ExactQuestion.Names(folder.Objects, PromptKind.Point)));
        Add(folder.Objects.Count, () => new ExactTask("name-in-box", ExactQuestion.Names(folder.Objects, PromptKind.Box)));
        Add(folder.Objects.Count, () => new ExactTask("name-under-mask", ExactQuestion.Names(folder.Objects, PromptKind.Mask)));
        Add(folder.Points.Count, () => new ExactTask("points", ExactQuestion.Of(folder.Points)));
        Add(folder.Conversations.Count, () => new ExactTask("questions", ExactQuestion.Of(folder.Conversations)));
        Add(folder.Regions.Count, () => new RegionCaptionTask(RegionCaptionTask.Of(folder.Regions), mostTokens: 100));
        return tasks;

        void Add(int count, Func<EvaluationTask> create)
        {
            if (count > 0)
            {
                tasks.Add(create());
            }
        }
    }

    /// <summary>The largest object of each picture.</summary>
    private static Func<string, Mask?> Largest(IReadOnlyList<NamedObject> objects)
    {
        var largest = new Lazy<Dictionary<string, int>>(() =>
            objects
                .Select((thing, i) => (thing.ImagePath, Index: i, thing.Region.Area))
                .GroupBy(thing => thing.ImagePath)
                .ToDictionary(image => image.Key, image => image.MaxBy(thing => thing.Area).Index)
        );
        return image => largest.Value.TryGetValue(image, out int index) ? objects[index].Region.ToMask() : null;
    }
}
