using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>Reads visual prompts and the references to them in a question.</summary>
internal static class PromptReader
{
    /// <summary>Reads prompts in their order, names aside.</summary>
    /// <exception cref="ApiException">There are too many, or a point is negative.</exception>
    /// <exception cref="OmgLlavaException">A prompt lies outside the picture or has a wrong shape.</exception>
    public static IReadOnlyList<VisualPrompt> Read(IReadOnlyList<PromptJson>? prompts, ImageGeometry image, ServerOptions options)
    {
        if (prompts?.Count > options.MaxPrompts)
        {
            throw ApiException.BadRequest(
                $"There are {prompts.Count} prompts; this server takes {options.MaxPrompts} in a request."
            );
        }

        return [.. ApiJson.Full(prompts, "prompts").Select(prompt => Read(prompt, image))];
    }

    /// <summary>Reads prompts and puts them into the order in which a question refers to them.</summary>
    public static (string Question, IReadOnlyList<VisualPrompt> Prompts) Read(
        string question,
        IReadOnlyList<PromptJson>? prompts,
        ImageGeometry image,
        ServerOptions options
    ) => PromptReferences.Resolve(question, prompts ?? [], Read(prompts, image, options));

    private static VisualPrompt Read(PromptJson prompt, ImageGeometry image)
    {
        try
        {
            return prompt.ToPrompt(image);
        }
        catch (OmgLlavaException error) when (prompt is { Label: 0, Point: not null })
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "negative_points_not_supported", error.Message);
        }
    }
}
