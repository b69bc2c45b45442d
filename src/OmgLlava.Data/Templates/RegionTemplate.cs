using OmgLlava.Data.Regions;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Templates;

/// <summary>Words that ask for the description of a region.</summary>
public static class RegionTemplate
{
    /// <summary>The questions; {0} is the region's name with its placeholder. The first is asked in evaluations.</summary>
    public static IReadOnlyList<string> Questions { get; } =
    [
        "Can you provide me with a detailed description of the region in the picture marked by {0}?",
        "Please describe {0} of this image in detail.",
        "What is in {0}? Be as exact as you can.",
        "Tell me everything you see in the part of the photo called {0}.",
        "How does the area {0} in the picture look? Describe it closely.",
        "I would like to know more about {0}; what does it show, in detail?",
        "Give a thorough description of the marked area {0}, please.",
        "Look at {0} in the image and explain what is there.",
        "What can you say about the region {0}?",
        "Describe the thing outlined as {0} at length.",
    ];

    /// <summary>A question that is always put in the same words.</summary>
    /// <param name="placeholder">&lt;region&gt; for a box or mask, &lt;mark&gt; for a point.</param>
    public static string Ask(string placeholder) => Ask(Questions[0], 1, placeholder);

    /// <summary>Questions about regions of a picture with their answers, and then, if wished, the wish for the mask of one of
    /// them.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="regions">Which of its regions.</param>
    /// <param name="id">Decides about the words.</param>
    /// <param name="options">How to put it.</param>
    internal static Conversation Conversation(
        DescribedImage image,
        IReadOnlyList<int> regions,
        string id,
        TemplateOptions options
    )
    {
        Mask[] masks = [.. regions.Select(region => image.Regions[region].Region.ToMask())];
        List<ConversationTurn> turns =
        [
            .. regions.Select(
                (region, i) =>
                    new ConversationTurn(
                        Ask(Choice.Of(Questions, options.Seed, $"{id}/{i}"), i + 1, "<region>"),
                        image.Regions[region].Text,
                        [VisualPrompt.Region(masks[i])],
                        []
                    )
            ),
        ];
        if (options.SegmentRegion)
        {
            int chosen = Choice.Below(masks.Length, options.Seed, id);
            string name = $"region{chosen + 1}";
            turns.Add(
                new ConversationTurn(
                    $"Please segment the {name}.",
                    SegmentationTemplate.Answer(name, id, options),
                    [],
                    [masks[chosen]]
                )
            );
        }

        return new Conversation(id, image.ImagePath, turns);
    }

    private static string Ask(string template, int number, string placeholder) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, template, $"region{number} {placeholder}");
}
