using OmgLlava.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>
/// Puts visual tokens in the place of the placeholders of tokenized prompts (published
/// <c>prepare_inputs_labels_for_multimodal_with_visual_prompts</c>).
/// </summary>
internal sealed class PromptSplicer
{
    private readonly PromptPlaceholders _placeholders;
    private readonly Func<Tensor, Tensor> _embed;

    /// <param name="placeholders">The ids to replace.</param>
    /// <param name="embed">The language model's token embedding: int64 (T) to (T, D).</param>
    public PromptSplicer(PromptPlaceholders placeholders, Func<Tensor, Tensor> embed) =>
        (_placeholders, _embed) = (placeholders, embed);

    /// <summary>Embeds prompts and splices the visual tokens in.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="visual">One item for each placeholder.</param>
    /// <returns>Tensors that the current dispose scope owns.</returns>
    /// <exception cref="OmgLlavaException">The placeholders and what is given for them differ in number.</exception>
    public SplicedPrompt Splice(PromptTokens prompts, VisualEmbeddings visual)
    {
        List<PromptRow> rows = PromptRow.Read(prompts);
        bool paired = RequireCounts(rows, visual, training: prompts.Labels is not null);
        using var scope = NewDisposeScope();
        Device device = prompts.Ids.device;
        var supply = new Supply(visual, paired);
        List<SplicedRow> spliced = [.. rows.Select(row => SpliceRow(row, supply, device))];

        int batch = spliced.Count;
        int longest = spliced.Max(row => row.Labels.Count);
        var labels = new long[batch, longest];
        var positions = new long[batch, longest];
        var mask = new long[batch, longest];
        var padded = new Tensor[batch];
        for (int b = 0; b < batch; b++)
        {
            SplicedRow row = spliced[b];
            padded[b] = nn.functional.pad(row.Embeddings, [0, 0, 0, longest - row.Labels.Count]); // (T, D)
            var seen = new Dictionary<long, int>(); // how many tokens each conversation has by now
            for (int t = 0; t < longest; t++)
            {
                bool inside = t < row.Labels.Count;
                labels[b, t] = inside ? row.Labels[t] : PromptPlaceholders.IgnoredLabel;
                mask[b, t] = inside ? row.Conversations[t] : 0;
                if (inside)
                {
                    int shared = seen.GetValueOrDefault(PromptRow.Shared);
                    int own = seen.GetValueOrDefault(mask[b, t]);
                    positions[b, t] = mask[b, t] == PromptRow.Shared ? shared : shared + own;
                    seen[mask[b, t]] = own + 1;
                }
            }
        }

        return new SplicedPrompt(
            stack(padded).MoveToOuterDisposeScope(),
            tensor(mask, device: device).MoveToOuterDisposeScope(),
            tensor(positions, device: device).MoveToOuterDisposeScope(),
            prompts.Labels is null ? null : tensor(labels, device: device).MoveToOuterDisposeScope()
        );
    }

    /// <summary>Text between placeholders is embedded in one go, then cut where they stand.</summary>
    private SplicedRow SpliceRow(PromptRow row, Supply supply, Device device)
    {
        if (!row.HasImage)
        {
            // As published: such a row keeps its region and mark ids as plain tokens, and the image paired with it goes unused.
            supply.SkipImage();
            return new SplicedRow(_embed(tensor(row.Ids, device: device)), [.. row.Labels], [.. row.Conversations]);
        }

        long[] text = [.. row.Ids.Where(id => !IsPlaceholder(id))];
        Tensor embedded = _embed(tensor(text, device: device)); // (text tokens, D)
        var parts = new List<Tensor>();
        var labels = new List<long>();
        var conversations = new List<long>();
        int begin = 0;
        int end = 0;
        for (int i = 0; i < row.Ids.Length; i++)
        {
            if (!IsPlaceholder(row.Ids[i]))
            {
                labels.Add(row.Labels[i]);
                conversations.Add(row.Conversations[i]);
                end++;
                continue;
            }

            parts.Add(embedded.narrow(0, begin, end - begin));
            begin = end;
            Tensor tokens = supply.Next(row.Ids[i], _placeholders).to(embedded.dtype);
            parts.Add(tokens);
            labels.AddRange(Enumerable.Repeat(PromptPlaceholders.IgnoredLabel, (int)tokens.shape[0]));
            conversations.AddRange(Enumerable.Repeat(row.Conversations[i], (int)tokens.shape[0]));
        }

        parts.Add(embedded.narrow(0, begin, end - begin));
        return new SplicedRow(cat(parts), labels, conversations);
    }

    private bool IsPlaceholder(long id) =>
        id == PromptPlaceholders.ImageId || id == _placeholders.RegionId || id == _placeholders.MarkId;

    /// <returns>Whether prompts without an image placeholder use up an image, too.</returns>
    private bool RequireCounts(List<PromptRow> rows, VisualEmbeddings visual, bool training)
    {
        List<PromptRow> pictured = [.. rows.Where(row => row.HasImage)];
        int images = pictured.Sum(row => row.Count(PromptPlaceholders.ImageId));
        bool paired = visual.Images.Count == images + rows.Count - pictured.Count;
        Require(images, paired ? images : visual.Images.Count, "<image>", "image(s)");
        Require(pictured.Sum(row => row.Count(_placeholders.RegionId)), visual.Regions?.shape[0] ?? 0, "<region>", "region(s)");
        Require(pictured.Sum(row => row.Count(_placeholders.MarkId)), visual.Marks?.shape[0] ?? 0, "<mark>", "point(s)");
        if (!training && rows.Any(row => !row.HasImage && row.Ids.Any(IsPlaceholder)))
        {
            throw new OmgLlavaException(
                "A prompt points at something with <region> or <mark> but has no <image>; put <image> before them."
            );
        }

        return paired;
    }

    private static void Require(long asked, long given, string placeholder, string what)
    {
        if (asked != given)
        {
            throw new OmgLlavaException(
                $"The prompt has {asked} {placeholder} placeholder(s), but {given} {what} were given; give one for each."
            );
        }
    }

    /// <param name="Embeddings">(T, D).</param>
    /// <param name="Labels">As many labels.</param>
    /// <param name="Conversations">As many numbers.</param>
    private sealed record SplicedRow(Tensor Embeddings, List<long> Labels, List<long> Conversations);

    /// <summary>Hands out the visual tokens in order.</summary>
    private sealed class Supply(VisualEmbeddings visual, bool paired)
    {
        private int _image;
        private int _region;
        private int _mark;

        public void SkipImage() => _image += paired ? 1 : 0;

        public Tensor Next(long id, PromptPlaceholders placeholders) =>
            id switch
            {
                PromptPlaceholders.ImageId => visual.Images[_image++],
                _ when id == placeholders.RegionId => visual.Regions!.narrow(0, _region++, 1),
                _ => visual.Marks!.narrow(0, _mark++, 1),
            };
    }
}
