using OmgLlava.Data.Coco;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;

namespace OmgLlava.Data.Semantic;

/// <summary>
/// Parts of things: Pascal-Part (VLPart's <c>train.json</c>) and PACO (<c>paco_lvis_v1_*.json</c>), both in COCO's layout with
/// categories such as <c>dog:head</c> and <c>mug_(drinkware):handle</c>. As published, a part is called "dog head" or "the head
/// of the dog" by turns of chance, and what stands in brackets is left out.
/// </summary>
public static class PartNames
{
    /// <summary>The most parts of a picture in one conversation, as published.</summary>
    public const int MaxTurns = 5;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <param name="seed">Chooses the wordings.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<ReferringExpression> Open(string path, string images, int seed = 0)
    {
        CocoInstances instances = CocoInstances.Open(path);
        instances.CheckRegions();
        IReadOnlyList<NamedObject> parts = NamedObject.Of(instances, images);
        foreach (CocoImage image in instances.Images)
        {
            string file = DataFiles.Inside(images, image.FileName);
            if (instances.OfImage(image.Id).Any() && !File.Exists(file))
            {
                throw new OmgLlavaException($"'{path}' needs the image '{file}', which does not exist.");
            }
        }

        return new RecordList<ReferringExpression>(
            parts.Count,
            i => new ReferringExpression(
                parts[i].Id,
                parts[i].ImagePath,
                Say(parts[i].Name, seed, parts[i].Id),
                "",
                parts[i].Region,
                false
            )
        );
    }

    /// <summary>A category's name in words.</summary>
    internal static string Say(string category, int seed, string id)
    {
        string[] words = [.. category.Trim().Split(':').Select(word => word.Split("_(")[0].Replace('_', ' '))];
        return words is [var thing, var part]
            ? Choice.Below(2, seed, id) == 0
                ? $"{thing} {part}"
                : $"the {part} of the {thing}"
            : string.Join(' ', words);
    }
}
