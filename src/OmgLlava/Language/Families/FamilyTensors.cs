using OmgLlava.Weights;

namespace OmgLlava.Language;

/// <summary>
/// The tensors of a published language model of any family, under the names and in the layout of InternLM2's files, so that what
/// reads them knows one layout. A tensor that the family does not know keeps its name.
/// </summary>
internal sealed class FamilyTensors : ITensorSource
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private readonly ITensorSource _source;
    private readonly Dictionary<string, WeightRule> _made = [];
    private readonly Dictionary<string, TensorInfo> _tensors;

    private FamilyTensors(ITensorSource source, IEnumerable<WeightRule> rules, bool tied)
    {
        _source = source;
        _tensors = source.Tensors.ToDictionary();
        foreach (WeightRule rule in rules)
        {
            TensorInfo?[] parts = [.. rule.Published.Select(part => source.Tensors.GetValueOrDefault(Published(part.Name)))];
            if (!Array.TrueForAll(parts, part => part is null))
            {
                string name = InternLm2Name(rule.Ours);
                _made[name] = rule;
                _tensors[name] = Join(name, rule, parts);
            }
        }

        foreach (
            string used in _made.Values.SelectMany(rule => rule.Published).Select(part => Published(part.Name)).Except(_made.Keys)
        )
        {
            _tensors.Remove(used);
        }

        if (tied)
        {
            _tensors.Remove(Head); // some files write the embedding a second time
        }
    }

    /// <inheritdoc/>
    public string Path => _source.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The tensors of a language model; those of InternLM2, and those that are no whole language model, as they
    /// are.</summary>
    /// <param name="source">Published tensors; owned by the result.</param>
    /// <param name="folder">The folder with the <c>config.json</c> that tells the family.</param>
    /// <exception cref="OmgLlavaException">The configuration is not valid, or a tensor is missing or misshapen beside others that
    /// are there.</exception>
    public static ITensorSource Open(ITensorSource source, string folder)
    {
        if (!source.Tensors.ContainsKey(Embedding) || !File.Exists(System.IO.Path.Combine(folder, "config.json")))
        {
            return source;
        }

        (LanguageFamily family, LanguageConfig config) = PublishedLanguageConfig.Read(folder);
        return family.Weights is null ? source : new FamilyTensors(source, family.Weights(config), config.TieWordEmbeddings);
    }

    /// <inheritdoc/>
    public string FileOf(string name) =>
        _source.FileOf(_made.TryGetValue(name, out WeightRule? rule) ? Published(rule.Published[0].Name) : name);

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        if (!_made.TryGetValue(name, out WeightRule? rule))
        {
            _source.CopyTo(name, destination);
            return;
        }

        if (rule.Rows is null)
        {
            _source.CopyTo(Published(rule.Published[0].Name), destination);
            return;
        }

        int rows = rule.Rows.Sum(range => range.Count);
        int rowBytes = destination.Length / rows;
        byte[] all = new byte[rule.Published.Sum(part => part.Rows) * rowBytes];
        int at = 0;
        foreach ((string part, int count) in rule.Published)
        {
            _source.CopyTo(Published(part), all.AsSpan(at, count * rowBytes));
            at += count * rowBytes;
        }

        foreach (RowRange range in rule.Rows)
        {
            all.AsSpan(range.First * rowBytes, range.Count * rowBytes).CopyTo(destination);
            destination = destination[(range.Count * rowBytes)..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static string Published(string name) =>
        name.StartsWith("lm_head.", StringComparison.Ordinal) ? name : "model." + name;

    /// <summary>What InternLM2's files call a tensor of ours.</summary>
    private static string InternLm2Name(string ours) =>
        ours == "token_embedding.weight" ? "model.tok_embeddings.weight"
        : ours == "head.weight" ? "output.weight"
        : "model." + ours.Replace(".feed_forward_norm.", ".ffn_norm.", StringComparison.Ordinal);

    private TensorInfo Join(string name, WeightRule rule, TensorInfo?[] parts)
    {
        foreach (((string published, int rows), TensorInfo? part) in rule.Published.Zip(parts))
        {
            if (part is null)
            {
                throw new OmgLlavaException(
                    $"'{_source.Path}' holds no tensor '{Published(published)}', though others of its layer; the file is "
                        + $"incomplete."
                );
            }

            bool fits =
                part.Shape.Count > 0
                && (rows == 0 || part.Shape[0] == rows)
                && part.DType == parts[0]!.DType
                && part.Shape.Skip(1).SequenceEqual(parts[0]!.Shape.Skip(1));
            if (!fits)
            {
                throw new OmgLlavaException(
                    $"'{part.Name}' in '{_source.Path}' is {part.ShapeText} of {part.DType} where the configuration asks for "
                        + $"{rows} rows; they do not belong together."
                );
            }
        }

        TensorInfo first = parts[0]!;
        long count = rule.Rows?.Sum(range => (long)range.Count) ?? first.Shape[0];
        return new TensorInfo(name, first.DType, [count, .. first.Shape.Skip(1)]);
    }
}
