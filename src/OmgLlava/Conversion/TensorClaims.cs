using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Which file gives which tensor of the model. Names decide what a tensor is; where several files hold the same one, the later
/// stage of training wins, whatever their order. Two of one stage must agree.
/// </summary>
internal sealed class TensorClaims
{
    private readonly Dictionary<string, TensorClaim> _winners = [];
    private readonly List<(string Ours, TensorClaim Loser)> _replaced = [];

    /// <summary>The tensors by our names.</summary>
    public IReadOnlyDictionary<string, TensorClaim> Winners => _winners;

    /// <summary>Published tensors that a later stage of training replaces.</summary>
    public IReadOnlyList<ConversionEntry> Replaced =>
        [
            .. _replaced.Select(pair => new ConversionEntry(
                pair.Loser.File,
                pair.Loser.Published,
                $"replaced by '{Path.GetFileName(_winners[pair.Ours].File)}'"
            )),
        ];

    /// <summary>Tensors that are known to be of no use.</summary>
    public List<ConversionEntry> Leftovers { get; } = [];

    /// <summary>Tensors that the user told to leave out.</summary>
    public List<ConversionEntry> Ignored { get; } = [];

    /// <summary>Tensors that nobody knows.</summary>
    public List<ConversionEntry> Unknown { get; } = [];

    /// <summary>Files in given folders of which nothing is known: checkpoints of something else.</summary>
    public List<string> Strangers { get; } = [];

    /// <summary>Works out what all sources hold.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="ignore">Beginnings of published names to leave out.</param>
    /// <exception cref="OmgLlavaException">Two files hold different numbers for one tensor and nothing tells which is
    /// meant.</exception>
    public static TensorClaims Of(IReadOnlyList<PublishedSource> sources, IReadOnlyList<string> ignore)
    {
        var claims = new TensorClaims();
        var all = new List<(string Ours, PublishedPart Part, PublishedSource Source, string Published)>();
        foreach (PublishedSource source in sources)
        {
            all.AddRange(claims.Sort(source, ignore));
        }

        ILookup<string, string> bundles = all.Where(claim => claim.Part == PublishedPart.Alignment)
            .ToLookup(claim => claim.Source.Bundle, claim => claim.Ours);
        foreach ((string ours, PublishedPart part, PublishedSource source, string published) in all)
        {
            int rank = part switch
            {
                PublishedPart.Backbone or PublishedPart.Language => 0,
                PublishedPart.Perception or PublishedPart.ClassEmbeddings => 1,
                _ => 2 + Stage(bundles[source.Bundle]),
            };
            claims.Put(ours, new TensorClaim(source, published, rank));
        }

        claims.RequireUnmerged();
        return claims;
    }

    /// <summary>Adapters merged twice answer rubbish. A base that has the fine-tuned embedding was merged with its
    /// adapters.</summary>
    private void RequireUnmerged()
    {
        const string Embedding = "language.token_embedding.weight";
        TensorClaim? merged = _winners.Keys.Any(name => name.StartsWith("adapters.", StringComparison.Ordinal))
            ? _replaced.Where(pair => pair.Ours == Embedding && pair.Loser.Rank == 0).Select(pair => pair.Loser).FirstOrDefault()
            : null;
        if (merged is not null && merged.HoldsSameAs(_winners[Embedding]))
        {
            throw new OmgLlavaException(
                $"'{merged.File}' holds the fine-tuned embedding of '{_winners[Embedding].File}' already, so its adapters are "
                    + $"merged into it, too; give InternLM2-chat-7B as published, or the merged folder and the projectors alone."
            );
        }
    }

    private List<(string Ours, PublishedPart Part, PublishedSource Source, string Published)> Sort(
        PublishedSource source,
        IReadOnlyList<string> ignore
    )
    {
        var known = new List<(string, PublishedPart, PublishedSource, string)>();
        var unknown = new List<ConversionEntry>();
        bool clip = source.Tensors.Tensors.Keys.Any(name => PublishedNames.Find(name)?.Part == PublishedPart.Backbone);
        foreach (TensorInfo info in source.Tensors.Tensors.Values)
        {
            var entry = new ConversionEntry(source.Tensors.FileOf(info.Name), info.Name, info.ShapeText);
            if (ignore.Any(prefix => info.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                Ignored.Add(entry);
            }
            else if (PublishedNames.IsLeftover(info.Name) || (clip && OpenClipKeys.IsTextTower(info.Name)))
            {
                Leftovers.Add(entry);
            }
            else if (PublishedNames.Find(info.Name) is var (part, ours) && (info.Name.Length > 0 || info.Shape.Count == 3))
            {
                known.Add((ours, part, source, info.Name));
            }
            else
            {
                unknown.Add(entry);
            }
        }

        if (known.Count == 0 && unknown.Count > 0 && !source.Named)
        {
            Strangers.Add(source.Tensors.Path);
        }
        else
        {
            Unknown.AddRange(unknown);
        }

        return known;
    }

    /// <summary>0 for pretraining, 1 for the general fine-tuning, 2 for that of a task, which has the mask decoder of [SEG]
    /// besides.</summary>
    private static int Stage(IEnumerable<string> ours)
    {
        bool tuned = ours.Any(name =>
            name.StartsWith("adapters.", StringComparison.Ordinal)
            || name.StartsWith("language.layers.", StringComparison.Ordinal)
        );
        return ours.Any(name => name.StartsWith("segmentation_decoder.", StringComparison.Ordinal)) ? 2
            : tuned ? 1
            : 0;
    }

    private void Put(string ours, TensorClaim claim)
    {
        if (!_winners.TryGetValue(ours, out TensorClaim? rival))
        {
            _winners[ours] = claim;
            return;
        }

        if (rival.Rank == claim.Rank && !claim.HoldsSameAs(rival))
        {
            throw new OmgLlavaException(
                $"'{rival.File}' and '{claim.File}' hold different numbers for the same tensor ('{claim.Published}'), and "
                    + $"nothing tells which is meant; give only one of "
                    + $"them{(claim.Rank >= 2 ? ", or --task where a folder holds the fine-tunings of several tasks" : "")}."
            );
        }

        bool wins =
            claim.Rank != rival.Rank
                ? claim.Rank > rival.Rank
                : Formats.ElementTypes.Precision(claim.Info.DType) > Formats.ElementTypes.Precision(rival.Info.DType);
        _winners[ours] = wins ? claim : rival;
        _replaced.Add((ours, wins ? rival : claim));
    }
}
