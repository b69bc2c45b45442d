using OmgLlava.Data.Captions;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Regions;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Templates;

/// <summary>
/// Makes conversations of annotations, as instruction tuning learns from them. Each is made when it is asked for and always comes
/// out the same for the same options.
/// </summary>
public static class ConversationBuilder
{
    /// <summary>Expressions of a picture, up to <see cref="TemplateOptions.MaxTurns"/> in a conversation.</summary>
    public static IReadOnlyList<Conversation> Of(IReadOnlyList<ReferringExpression> expressions, TemplateOptions? options = null)
    {
        options ??= new TemplateOptions();
        (string Id, string Image, int[] Items)[] groups = Group(expressions, e => e.ImagePath, options);
        return new RecordList<Conversation>(
            groups.Length,
            i => new Conversation(
                groups[i].Id,
                groups[i].Image,
                [.. groups[i].Items.Select(item => SegmentationTemplate.Turn(expressions[item], options))]
            )
        );
    }

    /// <summary>Grounded captions, one in a conversation.</summary>
    public static IReadOnlyList<Conversation> Of(IReadOnlyList<GroundedCaption> captions, TemplateOptions? options = null)
    {
        options ??= new TemplateOptions();
        return new RecordList<Conversation>(
            captions.Count,
            i =>
            {
                GroundedCaption caption = captions[i];
                return new Conversation(caption.Id, caption.ImagePath, [CaptionTemplate.Turn(caption, options)]);
            }
        );
    }

    /// <summary>Descriptions of regions of a picture, up to <see cref="TemplateOptions.MaxTurns"/> in a conversation.</summary>
    public static IReadOnlyList<Conversation> Of(IReadOnlyList<DescribedImage> images, TemplateOptions? options = null)
    {
        options ??= new TemplateOptions();
        (int Image, int[] Regions)[] groups =
        [
            .. images.SelectMany(
                (image, i) =>
                    Choice
                        .Shuffle(Enumerable.Range(0, image.Regions.Count), options.Seed, image.Id)
                        .Chunk(options.MaxTurns)
                        .Select(regions => (i, regions))
            ),
        ];
        return new RecordList<Conversation>(
            groups.Length,
            i =>
            {
                DescribedImage image = images[groups[i].Image];
                return RegionTemplate.Conversation(image, groups[i].Regions, $"{image.Id}/{groups[i].Regions[0]}", options);
            }
        );
    }

    /// <summary>Names of things, each pointed at by a point, a box or its mask by turns of chance; up to
    /// <see cref="TemplateOptions.MaxTurns"/> in a conversation.</summary>
    public static IReadOnlyList<Conversation> Of(IReadOnlyList<NamedObject> objects, TemplateOptions? options = null)
    {
        options ??= new TemplateOptions();
        (string Id, string Image, int[] Items)[] groups = Group(objects, o => o.ImagePath, options);
        return new RecordList<Conversation>(
            groups.Length,
            i => new Conversation(
                groups[i].Id,
                groups[i].Image,
                [.. groups[i].Items.Select(item => Name(objects[item], options))]
            )
        );
    }

    private static ConversationTurn Name(NamedObject thing, TemplateOptions options)
    {
        Mask mask = thing.Region.ToMask();
        string id = thing.Id;
        VisualPrompt prompt = (mask.Box, Choice.Below(3, options.Seed, id)) switch
        {
            (null, _) or (_, 2) => VisualPrompt.Region(mask),
            ({ } box, 1) => VisualPrompt.Box(box.X0, box.Y0, box.X1, box.Y1),
            _ when MaskPoints.Any(mask, (uint)Choice.Below(int.MaxValue, options.Seed, $"{id}.")) is { } point =>
                VisualPrompt.Point(point.X, point.Y),
            _ => VisualPrompt.Region(mask),
        };
        return NameTemplate.Turn(prompt, thing.Name, id, options);
    }

    /// <summary>Items of the same picture, in an order of chance, some at a time.</summary>
    private static (string Id, string Image, int[] Items)[] Group<T>(
        IReadOnlyList<T> items,
        Func<T, string> imageOf,
        TemplateOptions options
    ) =>
        [
            .. items
                .Select((item, i) => (Image: imageOf(item), Index: i))
                .GroupBy(pair => pair.Image, pair => pair.Index)
                .SelectMany(group =>
                    Choice
                        .Shuffle(group, options.Seed, Path.GetFileName(group.Key))
                        .Chunk(options.MaxTurns)
                        .Select((chunk, i) => ($"{Path.GetFileName(group.Key)}/{i}", group.Key, chunk))
                ),
        ];
}
