namespace OmgLlava.World;

/// <summary>Whether something holds of a thing; what people could disagree about is unclear and never asked.</summary>
internal enum Truth
{
    No,
    Unclear,
    Yes,
}
