using OmgLlava.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>One prompt of a batch without its padding.</summary>
/// <param name="Ids">Token ids and placeholders.</param>
/// <param name="Labels">As many labels.</param>
/// <param name="Conversations">As many numbers: 1 of what all see, see <see cref="PromptTokens.Mask"/>.</param>
internal sealed record PromptRow(long[] Ids, long[] Labels, long[] Conversations)
{
    /// <summary>The number of what all conversations of a row see.</summary>
    public const long Shared = 1;

    public bool HasImage => Ids.Contains(PromptPlaceholders.ImageId);

    public int Count(long id) => Ids.Count(other => other == id);

    /// <summary>Reads a batch, leaving out what its mask says is padding.</summary>
    /// <exception cref="OmgLlavaException">Mask or labels differ in shape from the ids.</exception>
    public static List<PromptRow> Read(PromptTokens prompts)
    {
        RequireShape(prompts.Mask, prompts.Ids, "mask");
        RequireShape(prompts.Labels, prompts.Ids, "labels");
        using var scope = NewDisposeScope();
        int batch = (int)prompts.Ids.shape[0];
        int length = (int)prompts.Ids.shape[1];
        long[] ids = Values(prompts.Ids);
        long[]? mask = prompts.Mask is null ? null : Values(prompts.Mask);
        long[]? labels = prompts.Labels is null ? null : Values(prompts.Labels);
        var rows = new List<PromptRow>(batch);
        for (int b = 0; b < batch; b++)
        {
            int[] kept = [.. Enumerable.Range(b * length, length).Where(i => mask is null || mask[i] != 0)];
            rows.Add(
                new PromptRow(
                    [.. kept.Select(i => ids[i])],
                    [.. kept.Select(i => labels?[i] ?? PromptPlaceholders.IgnoredLabel)],
                    [.. kept.Select(i => mask?[i] ?? Shared)]
                )
            );
        }

        return rows;
    }

    private static long[] Values(Tensor tensor) => [.. tensor.to(int64).cpu().contiguous().data<long>()];

    private static void RequireShape(Tensor? tensor, Tensor ids, string what)
    {
        if (tensor is not null && !tensor.shape.SequenceEqual(ids.shape))
        {
            throw new OmgLlavaException(
                $"The prompt's {what} must have the shape of its ids ({string.Join(", ", ids.shape)}), but has "
                    + $"({string.Join(", ", tensor.shape)})."
            );
        }
    }
}
