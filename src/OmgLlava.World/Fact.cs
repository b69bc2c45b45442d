namespace OmgLlava.World;

/// <summary>Something known about categories, which an expression can ask for instead of naming them.</summary>
/// <param name="Kind">The kind of things it is said of ("animal", or "thing" for all); null for a use ("what you would use to
/// ...").</param>
/// <param name="Clause">"open a lock" of a use; "lives in the sea" of a kind.</param>
/// <param name="Members">Names of the categories of which it is true.</param>
/// <param name="Doubtful">Names of those of which some would say it: an expression is not used where one of them is in
/// sight.</param>
public sealed record Fact(string? Kind, string Clause, IReadOnlyList<string> Members, IReadOnlyList<string> Doubtful)
{
    /// <summary>The expression that asks for it: "what you would use to open a lock", "the animal that lives in the
    /// sea".</summary>
    public string Expression => Kind is null ? $"what you would use to {Clause}" : $"the {Kind} that {Clause}";
}
