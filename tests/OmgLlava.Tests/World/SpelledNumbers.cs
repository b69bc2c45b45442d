namespace OmgLlava.Tests.World;

internal static class SpelledNumbers
{
    /// <summary>0 to 12 in words.</summary>
    public static readonly string[] All =
    [
        "Zero",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
    ];
}
