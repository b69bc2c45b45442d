using OmgLlava.Data.Coco;

namespace OmgLlava.Data.Referring;

/// <summary>gRefCOCO in its published layout: <c>ROOT/grefcoco/grefs(unc).json</c>, <c>ROOT/grefcoco/instances.json</c> and
/// COCO's train2014 pictures.</summary>
public static class GrefSet
{
    /// <summary>Opens a part of the data set.</summary>
    /// <param name="root">The folder that holds <c>grefcoco</c>.</param>
    /// <param name="split">train, val, testA or testB.</param>
    /// <param name="images">Folder of the pictures; null for <c>ROOT/images/train2014</c>, or that of REFER's layout.</param>
    /// <exception cref="OmgLlavaException">A file is missing, a record is broken, or there is no such part.</exception>
    public static IReadOnlyList<ReferringExpression> Open(string root, string split, string? images = null)
    {
        string folder = DataFiles.Folder(Path.Combine(root, "grefcoco"));
        string[] places =
        [
            Path.Combine(root, "images", "train2014"),
            Path.Combine(root, "images", "mscoco", "images", "train2014"),
        ];
        IReadOnlyList<ReferringExpression> all = GeneralizedReferring.Open(
            Path.Combine(folder, "grefs(unc).json"),
            CocoInstances.Open(Path.Combine(folder, "instances.json")),
            images ?? Array.Find(places, Directory.Exists) ?? places[0]
        );
        string[] splits = [.. all.Select(expression => expression.Split)];
        int[] chosen = [.. Enumerable.Range(0, splits.Length).Where(i => splits[i] == split)];
        return chosen.Length > 0
            ? new RecordList<ReferringExpression>(chosen.Length, i => all[chosen[i]])
            : throw new OmgLlavaException(
                $"gRefCOCO in '{root}' has no part '{split}'; it has {string.Join(", ", splits.Distinct().Order())}."
            );
    }
}
