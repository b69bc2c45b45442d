using System.Text;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Contrast;

/// <summary>
/// The text side of the contrastive stage: a small transformer over the bytes of a word or a few, so that any word has an
/// embedding.
/// </summary>
internal sealed class WordEncoder : nn.Module
{
    /// <summary>Bytes that are read; the rest of a longer text is cut off.</summary>
    public const int MaxBytes = 32;

    private const int Symbols = 257; // 0 is padding

    private readonly Tensor _bytes;
    private readonly Tensor _positions;
    private readonly Block[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _output;

    public WordEncoder(int width, int layers, int heads, int outputWidth, Placement placement)
        : base(nameof(WordEncoder))
    {
        _bytes = this.AddParameter("byte_embedding", placement, Symbols, width);
        _positions = this.AddParameter("position_embedding", placement, MaxBytes, width);
        _blocks = this.AddList("layers", Enumerable.Range(0, layers).Select(_ => new Block(width, heads, placement)));
        _norm = this.Add("norm", new LayerNorm(width, placement));
        _output = this.Add("output", new Linear(width, outputWidth, placement));
    }

    /// <summary>Embeds words.</summary>
    /// <returns>(N, output width), unit length.</returns>
    public Tensor Embed(IReadOnlyList<string> words)
    {
        using var scope = NewDisposeScope();
        byte[][] texts = [.. words.Select(word => Encoding.UTF8.GetBytes(word).Take(MaxBytes).ToArray())];
        int longest = Math.Max(1, texts.Max(text => text.Length));
        long[] ids = new long[texts.Length * longest];
        foreach ((int row, byte[] text) in texts.Index())
        {
            for (int i = 0; i < text.Length; i++)
            {
                ids[(row * longest) + i] = text[i] + 1;
            }
        }

        Tensor symbols = tensor(ids, device: _bytes.device); // (N * L)
        Tensor real = symbols.Ne(0).view(texts.Length, longest); // (N, L)
        Tensor x = _bytes.index_select(0, symbols).view(texts.Length, longest, -1).Add(_positions.narrow(0, 0, longest));
        Tensor visible = real.unsqueeze(1).unsqueeze(1); // (N, 1, 1, L)
        foreach (Block block in _blocks)
        {
            x = block.Forward(x, visible);
        }

        Tensor weights = real.unsqueeze(2).to(x.dtype);
        Tensor mean = _norm.forward(x).mul(weights).sum(1).div(weights.sum(1).ClampMin(1));
        return nn.functional.normalize(_output.forward(mean), dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Self-attention and feed-forward, each behind a norm and with a residual.</summary>
    private sealed class Block : nn.Module
    {
        private readonly LayerNorm _attentionNorm;
        private readonly MultiHeadAttention _attention;
        private readonly LayerNorm _feedForwardNorm;
        private readonly Mlp _feedForward;

        public Block(int width, int heads, Placement placement)
            : base(nameof(Block))
        {
            _attentionNorm = this.Add("attention_norm", new LayerNorm(width, placement));
            _attention = this.Add("attention", new MultiHeadAttention(width, heads, placement));
            _feedForwardNorm = this.Add("feed_forward_norm", new LayerNorm(width, placement));
            _feedForward = this.Add("feed_forward", new Mlp([width, 4 * width, width], placement, x => nn.functional.gelu(x)));
        }

        public Tensor Forward(Tensor x, Tensor visible)
        {
            using var scope = NewDisposeScope();
            Tensor normalized = _attentionNorm.forward(x);
            x = x.Add(_attention.Forward(normalized, normalized, normalized, visible));
            return x.Add(_feedForward.forward(_feedForwardNorm.forward(x))).MoveToOuterDisposeScope();
        }
    }
}
