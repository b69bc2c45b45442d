using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Mcp;

/// <summary>Writes results for MCP clients: words, JSON, and the picture with its masks.</summary>
internal static class McpResults
{
    private const long MostOverlayPixels = 12_000_000; // a larger picture would be more than a conversation can hold

    /// <summary>Runs a tool; what the user can mend comes back as the tool's own error, in one sentence.</summary>
    public static async Task<CallToolResult> Guard(Func<Task<CallToolResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is OmgLlavaException or ApiException or UnknownPictureException)
        {
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = error.Message }] };
        }
    }

    /// <summary>An answer in words and masks.</summary>
    public static CallToolResult Of(AnswerJson answer, Reply reply, byte[] file)
    {
        string[] places =
        [
            .. reply.Segments.Select(segment =>
                segment.Mask is { Box: { } box } mask
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Name(segment)}: box [{box.X0}, {box.Y0}, {box.X1}, {box.Y1}], {mask.Area} pixels, score "
                            + $"{segment.Score:F2}"
                    )
                    : $"{Name(segment)}: not in the picture"
            ),
        ];
        return Write(
            string.Join('\n', [reply.Text, .. places]),
            answer,
            file,
            [.. reply.Segments.Where(s => s.Found).Select((s, i) => new OverlayItem(s.Mask!, Palette.Color(i), Name(s)))]
        );
    }

    /// <summary>What was pointed at.</summary>
    public static CallToolResult Of(Picture picture, IReadOnlyList<Segment> segments, byte[] file) =>
        Write(
            string.Join(
                '\n',
                segments.Select(segment =>
                    segment.Mask is { Box: { } box } mask
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"Box [{box.X0}, {box.Y0}, {box.X1}, {box.Y1}], {mask.Area} pixels, score {segment.Score:F2}"
                        )
                        : "Nothing is there."
                )
            ),
            new JsonObject
            {
                ["segments"] = new JsonArray([
                    .. segments.Select(segment => ApiJson.Node(PromptSegmentJson.Of(segment, MaskFormat.Rle))),
                ]),
                ["image"] = ApiJson.Node(
                    new ImageSizeJson(picture.Perceived.Geometry.Width, picture.Perceived.Geometry.Height)
                ),
            },
            file,
            [.. segments.Where(s => s.Found).Select((s, i) => new OverlayItem(s.Mask!, Palette.Color(i), null))]
        );

    /// <summary>Everything in the picture.</summary>
    public static CallToolResult Of(SegmentationResult result, OmgLlavaModel model, byte[] file) =>
        Write(
            string.Join(
                '\n',
                result.Objects.Select(one =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{result.NameOf(one)}: {one.Mask.Area} pixels, score {one.Score:F2}"
                    )
                )
            ),
            SegmentationJson.Of(result, model),
            file,
            result.ToOverlay()
        );

    private static CallToolResult Write<T>(string text, T structure, byte[] file, IReadOnlyList<OverlayItem> items)
    {
        var content = new List<ContentBlock> { new TextContentBlock { Text = text } };
        if (items.Count > 0)
        {
            RgbImage image = ImageFile.Decode(file, "the image");
            if ((long)image.Width * image.Height <= MostOverlayPixels)
            {
                content.Add(ImageContentBlock.FromBytes(ImageFile.EncodePng(Overlay.Draw(image, items)), "image/png"));
            }
        }

        return new CallToolResult
        {
            Content = content,
            StructuredContent = JsonSerializer.SerializeToElement(structure, ApiJson.Options.Of<T>()),
        };
    }

    private static string Name(Segment segment) => segment.Phrase.Length > 0 ? segment.Phrase : "mask";
}
