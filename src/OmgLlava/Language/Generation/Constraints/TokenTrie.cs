using System.Runtime.CompilerServices;

namespace OmgLlava.Language;

/// <summary>The tokens of a vocabulary by their bytes, so that tokens with the same beginning are tried together.</summary>
internal sealed class TokenTrie
{
    private static readonly ConditionalWeakTable<Tokenizer, TokenTrie> Known = [];

    private TokenTrie() { }

    /// <summary>Tokens that end here.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>What goes on, by the next byte.</summary>
    public SortedList<byte, TokenTrie> Next { get; } = [];

    /// <summary>The plain tokens of a vocabulary, without those that mean something themselves; made once.</summary>
    public static TokenTrie Of(Tokenizer tokenizer) => Known.GetValue(tokenizer, Make);

    private static TokenTrie Make(Tokenizer tokenizer)
    {
        var root = new TokenTrie();
        HashSet<int> special = [.. tokenizer.Special.Values.Select(token => token.Id)];
        for (int id = 0; id < tokenizer.Count; id++)
        {
            ReadOnlySpan<byte> bytes = tokenizer.Bytes(id);
            if (bytes.Length == 0 || special.Contains(id))
            {
                continue;
            }

            TokenTrie at = root;
            foreach (byte value in bytes)
            {
                if (!at.Next.TryGetValue(value, out TokenTrie? next))
                {
                    at.Next.Add(value, next = new TokenTrie());
                }

                at = next;
            }

            at.Tokens.Add(id);
        }

        return root;
    }
}
