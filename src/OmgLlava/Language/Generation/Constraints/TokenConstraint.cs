namespace OmgLlava.Language;

/// <summary>Keeps an answer to a grammar: at every step only the tokens are left from which the grammar can go on. One serves one
/// answer.</summary>
internal sealed class TokenConstraint : ITokenConstraint
{
    private readonly ByteGrammar _grammar;
    private readonly TokenTrie _vocabulary;
    private readonly Tokenizer _tokenizer;
    private readonly int[] _ends;
    private readonly Dictionary<int, bool[]> _allowed = [];
    private int _state;

    /// <param name="expression">What the answer must be.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="ends">Tokens that end an answer.</param>
    public TokenConstraint(Expression expression, Tokenizer tokenizer, int[] ends)
    {
        (_grammar, _tokenizer, _ends) = (new ByteGrammar(expression), tokenizer, ends);
        _vocabulary = TokenTrie.Of(tokenizer);
        _state = _grammar.Start;
    }

    /// <inheritdoc/>
    public void Mask(Span<float> scores)
    {
        bool[] allowed = Allowed(_state, scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = allowed[i] ? scores[i] : float.NegativeInfinity;
        }
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (_ends.Contains(token))
        {
            return;
        }

        foreach (byte value in _tokenizer.Bytes(token))
        {
            _state = _grammar.Next(_state, value);
        }
    }

    private bool[] Allowed(int state, int count)
    {
        if (_allowed.TryGetValue(state, out bool[]? known))
        {
            return known;
        }

        bool[] allowed = new bool[count];
        Walk(_vocabulary, state);
        bool stuck = !Array.Exists(allowed, one => one);
        foreach (int end in _ends.Where(end => end < count && (stuck || _grammar.Accepts(state))))
        {
            allowed[end] = true; // where nothing can follow, the answer ends
        }

        return _allowed[state] = allowed;

        void Walk(TokenTrie at, int from)
        {
            foreach (int token in at.Tokens)
            {
                if (token < count)
                {
                    allowed[token] = true;
                }
            }

            foreach ((byte value, TokenTrie next) in at.Next)
            {
                int to = _grammar.Next(from, value);
                if (to != ByteGrammar.Dead)
                {
                    Walk(next, to);
                }
            }
        }
    }
}
