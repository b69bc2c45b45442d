using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// Runs the layers on some new positions of every row of a batch. It owns the intermediate results, so that a pass that is
/// cancelled gives its memory back.
/// </summary>
internal sealed unsafe class ForwardPass : IDisposable
{
    private const int AttentionTokens = 32; // tokens of one chunk of attention: their sums stay in the second-level cache

    private readonly CpuLanguageModel _model;
    private readonly LanguageConfig _config;
    private readonly CpuKvCache _cache;
    private readonly ThreadTeam _team;
    private readonly Products _products;
    private readonly Attention _attention;
    private readonly RotaryTable _rotary;
    private readonly CancellationToken _cancellation;
    private readonly AlignedMemory _normed;
    private readonly AlignedMemory _fused;
    private readonly AlignedMemory _attended;
    private readonly AlignedMemory _gated;
    private readonly Activations _input;
    private readonly Activations _joined;
    private readonly Activations _wide;
    private readonly int _rows;
    private readonly int _count;
    private readonly int _offset;
    private readonly int _all;

    /// <param name="model">The weights.</param>
    /// <param name="cache">Earlier positions; has room for the new ones.</param>
    /// <param name="team">Shares the work out.</param>
    /// <param name="rotary">Angles of all new positions of the call.</param>
    /// <param name="span">Of the new positions of each row: the first of this pass, how many it takes, and how many there are in
    /// all.</param>
    /// <param name="cancellation">Stops between chunks of a product.</param>
    public ForwardPass(
        CpuLanguageModel model,
        CpuKvCache cache,
        ThreadTeam team,
        RotaryTable rotary,
        (int First, int Count, int All) span,
        CancellationToken cancellation
    )
    {
        (_model, _config, _cache, _team, _rotary, _cancellation) = (model, model.Config, cache, team, rotary, cancellation);
        (_offset, _count, _all, _rows) = (span.First, span.Count, span.All, cache.LeftPadding.Count);
        (_products, _attention) = (new Products(team), new Attention(_config));
        int tokens = Tokens;
        _normed = AlignedMemory.Of<float>((long)tokens * _config.HiddenSize);
        _fused = AlignedMemory.Of<float>((long)tokens * _config.FusedWidth);
        _attended = AlignedMemory.Of<float>((long)tokens * _config.AttentionWidth);
        _gated = AlignedMemory.Of<float>((long)tokens * _config.FeedForwardSize);
        _input = new Activations(
            (float*)_normed.Pointer,
            tokens,
            _config.HiddenSize,
            model.Formats(l => l.QueryKeyValue, l => l.Gate, l => l.Up)
        );
        _joined = new Activations(
            (float*)_attended.Pointer,
            tokens,
            _config.AttentionWidth,
            model.Formats(l => l.AttentionOutput)
        );
        _wide = new Activations((float*)_gated.Pointer, tokens, _config.FeedForwardSize, model.Formats(l => l.Down));
    }

    private int Tokens => _rows * _count;

    private int Group => _config.Heads / _config.KeyValueHeads;

    /// <summary>Runs all layers and the final norm, in place.</summary>
    /// <param name="hidden">(rows, count, D).</param>
    public void Run(float* hidden)
    {
        for (int layer = 0; layer < _model.Layers.Count; layer++)
        {
            CpuLayer weights = _model.Layers[layer];
            Normalize(hidden, weights.AttentionNorm, _input);
            _products.Multiply(weights.QueryKeyValue, _input, Tokens, (float*)_fused.Pointer, add: false, _cancellation);
            Attend(layer);
            Quantize(_joined);
            _products.Multiply(weights.AttentionOutput, _joined, Tokens, hidden, add: true, _cancellation);
            Normalize(hidden, weights.FeedForwardNorm, _input);
            _products.MultiplyGated(weights.Gate, weights.Up, _input, Tokens, _wide.Values, _cancellation);
            Quantize(_wide);
            _products.Multiply(weights.Down, _wide, Tokens, hidden, add: true, _cancellation);
        }

        float* norm = (float*)_model.Norm.Pointer;
        for (int token = 0; token < Tokens; token++)
        {
            float* row = hidden + ((long)token * _config.HiddenSize);
            VectorMath.RmsNorm(row, norm, _config.HiddenSize, _config.NormEpsilon, row);
        }
    }

    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[_normed, _fused, _attended, _gated, _input, _joined, _wide])
        {
            part.Dispose();
        }
    }

    private void Normalize(float* hidden, AlignedMemory norm, Activations target) =>
        EachToken(token =>
        {
            long start = (long)token * _config.HiddenSize;
            VectorMath.RmsNorm(
                hidden + start,
                (float*)norm.Pointer,
                _config.HiddenSize,
                _config.NormEpsilon,
                target.Values + start
            );
            target.Quantize(token);
        });

    private void Quantize(Activations activations) => EachToken(activations.Quantize);

    /// <summary>A few tokens are not worth handing over to another thread.</summary>
    private void EachToken(Action<int> work)
    {
        const int Few = 8;
        int chunks = (Tokens + Few - 1) / Few;
        _team.Run(
            chunks,
            chunk =>
            {
                for (int token = chunk * Few; token < Math.Min(Tokens, (chunk + 1) * Few); token++)
                {
                    work(token);
                }
            },
            _cancellation
        );
    }

    /// <summary>Turns queries and keys, adds keys and values to the cache, and attends. Heads need nothing of one
    /// another.</summary>
    private void Attend(int layer)
    {
        int heads = _config.KeyValueHeads;
        int size = _config.HeadSize;
        float* fused = (float*)_fused.Pointer;
        float* attended = (float*)_attended.Pointer;
        int chunks = _count == 1 && (long)_cache.Length * _config.HiddenSize < (1 << 15) ? 1 : _rows * heads;
        int share = _rows * heads / chunks;
        _team.Run(
            chunks,
            chunk =>
            {
                for (int index = chunk * share; index < (chunk + 1) * share; index++)
                {
                    Store(layer, index / heads, index % heads, fused);
                    if (_count == 1)
                    {
                        Look(layer, index / heads, index % heads, 0, 1);
                    }
                }
            },
            _cancellation
        );
        if (_count > 1)
        {
            int tiles = (_count + AttentionTokens - 1) / AttentionTokens;
            // The last tiles see most; they come first, so that no thread is left with a long one at the end.
            _team.Run(
                _rows * heads * tiles,
                chunk =>
                {
                    int first = (tiles - 1 - (chunk / (_rows * heads))) * AttentionTokens;
                    int index = chunk % (_rows * heads);
                    Look(layer, index / heads, index % heads, first, Math.Min(AttentionTokens, _count - first));
                },
                _cancellation
            );
        }

        void Look(int layer, int row, int head, int first, int tokens)
        {
            int token = (row * _count) + first;
            _attention.Run(
                _cache,
                row,
                layer,
                head,
                _cache.Length + _offset + first,
                tokens,
                fused + ((long)token * _config.FusedWidth) + ((Group + 2) * head * size),
                _config.FusedWidth,
                attended + ((long)token * _config.AttentionWidth) + (Group * head * size),
                _config.AttentionWidth
            );
        }
    }

    /// <summary>Rows of the fused product: for each key head its group of queries, then the key, then the value.</summary>
    private void Store(int layer, int row, int head, float* fused)
    {
        int size = _config.HeadSize;
        for (int i = 0; i < _count; i++)
        {
            int angles = (row * _all) + _offset + i;
            float* part = fused + ((long)((row * _count) + i) * _config.FusedWidth) + ((Group + 2) * head * size);
            for (int turned = 0; turned <= Group; turned++)
            {
                VectorMath.Turn(part + (turned * size), _rotary.Cosine(angles), _rotary.Sine(angles), _config.RotarySize / 2);
            }

            float* key = part + (Group * size);
            _cache.Write(row, layer, head, _cache.Length + _offset + i, key, key + size);
        }
    }
}
