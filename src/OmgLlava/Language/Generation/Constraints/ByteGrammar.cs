using System.Runtime.InteropServices;

namespace OmgLlava.Language;

/// <summary>
/// Which bytes may follow: a grammar as an automaton whose states are made when they are first reached and then remembered, so
/// that the thousandth character of a string costs no more than a look-up. One belongs to one answer.
/// </summary>
internal sealed class ByteGrammar
{
    /// <summary>The state from which nothing leads on.</summary>
    public const int Dead = -1;

    private const int MostDepth = 10_000;

    private readonly List<State> _states = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly List<(Expression Head, int Tail)> _rests = [];
    private readonly Dictionary<(Expression, int), int> _restIds = new();

    /// <param name="root">What the whole text must be.</param>
    /// <exception cref="OmgLlavaException">It goes round in a circle without a byte.</exception>
    public ByteGrammar(Expression root)
    {
        Start = StateOf([Rest(root, NoTail)]);
        if (_states[Start] is { Accepts: false, Rests.Length: 0 })
        {
            throw new OmgLlavaException("The schema refers to itself without anything between.");
        }
    }

    /// <summary>The state before the first byte.</summary>
    public int Start { get; }

    private const int NoTail = -1;

    /// <summary>Whether the text may end here.</summary>
    public bool Accepts(int state) => state != Dead && _states[state].Accepts;

    /// <summary>The state after a byte; <see cref="Dead"/> where it must not come.</summary>
    public int Next(int state, byte value)
    {
        if (state == Dead)
        {
            return Dead;
        }

        State from = _states[state];
        int known = from.Next[value];
        if (known != State.Unknown)
        {
            return known;
        }

        var ends = new List<int>();
        foreach (int rest in from.Rests)
        {
            (Expression head, int tail) = _rests[rest];
            if (((Expression.Bytes)head).Contains(value))
            {
                ends.Add(tail);
            }
        }

        return _states[state].Next[value] = ends.Count == 0 ? Dead : StateOf(ends);
    }

    private int StateOf(IEnumerable<int> starts)
    {
        var heads = new SortedSet<int>();
        var seen = new HashSet<int>();
        bool accepts = false;
        var open = new Stack<(int Id, int Depth)>(starts.Select(rest => (rest, 0)));
        while (open.TryPop(out (int Id, int Depth) next))
        {
            if (next.Id == NoTail)
            {
                accepts = true;
                continue;
            }

            if (!seen.Add(next.Id))
            {
                continue;
            }

            if (next.Depth > MostDepth)
            {
                throw new OmgLlavaException("The schema refers to itself without anything between.");
            }

            (Expression head, int tail) = _rests[next.Id];
            if (head is Expression.Bytes)
            {
                heads.Add(next.Id);
                continue;
            }

            foreach (int rest in Expand(head, tail))
            {
                open.Push((rest, next.Depth + 1));
            }
        }

        string key = $"{string.Join(',', heads)}{(accepts ? "." : "")}";
        if (!_known.TryGetValue(key, out int id))
        {
            _known[key] = id = _states.Count;
            _states.Add(new State([.. heads], accepts));
        }

        return id;
    }

    private IEnumerable<int> Expand(Expression head, int tail)
    {
        switch (head)
        {
            case Expression.Sequence sequence:
                for (int i = sequence.Parts.Count - 1; i >= 0; i--)
                {
                    tail = Rest(sequence.Parts[i], tail);
                }

                return [tail];
            case Expression.Choice choice:
                return choice.Options.Select(option => Rest(option, tail));
            case Expression.Reference reference:
                return [Rest(reference.Target, tail)];
            case Expression.Repeat { Most: 0 }:
                return [tail];
            case Expression.Repeat repeat:
                int once = Rest(repeat.Item, Rest(repeat.Less(), tail));
                return repeat.Least > 0 ? [once] : [once, tail];
            default:
                throw new ArgumentOutOfRangeException(nameof(head), head, "Unknown kind of expression.");
        }
    }

    private int Rest(Expression head, int tail)
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(_restIds, (head, tail), out bool known);
        if (!known)
        {
            id = _rests.Count;
            _rests.Add((head, tail));
        }

        return id;
    }

    private sealed class State(int[] rests, bool accepts)
    {
        public const int Unknown = -2;

        public int[] Rests { get; } = rests;

        public bool Accepts { get; } = accepts;

        public int[] Next { get; } = Filled();

        private static int[] Filled()
        {
            int[] next = new int[256];
            Array.Fill(next, Unknown);
            return next;
        }
    }
}
