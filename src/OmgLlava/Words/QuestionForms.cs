using System.Text.RegularExpressions;

namespace OmgLlava.Words;

/// <summary>
/// The questions of the training, each with the ways in which people ask the same. They are matched against words that the
/// lexicon has read, without
/// politeness.
/// </summary>
internal static partial class QuestionForms
{
    private const string Picture =
        "(?:(?:the|this|that|my|your) )?(?:whole |entire )?(?:picture|image|photo|photograph|pic|scene|drawing|illustration)";
    private const string Here = $"(?: (?:(?:in|on|from|of|within|inside) (?:{Picture}|it)|here))?";
    private const string See = "(?:see|spot|make out|recognize|notice)";
    private const string What = "(?<what>.+?)";

    /// <summary>What a question asks for, and of what.</summary>
    public static (QuestionKind Kind, string What) Read(string words)
    {
        string bare = Bare(words);
        string begun = Ends(words);
        foreach ((QuestionKind kind, Regex form) in Forms)
        {
            // Some beginnings are polite in one form and the verb in another: "can you see a cat".
            Match match = form.Match(begun) is { Success: true } whole ? whole : form.Match(bare);
            if (match.Success)
            {
                return (kind, match.Groups["what"].Value);
            }
        }

        return (QuestionKind.Other, "");
    }

    /// <summary>A question without "please" and the like.</summary>
    public static string Bare(string words)
    {
        string before;
        string bare = words;
        do
        {
            before = bare;
            bare = Ends(Polite().Replace(bare, ""));
        } while (bare != before);
        return bare;
    }

    /// <summary>A question without the thanks at its end.</summary>
    private static string Ends(string words)
    {
        string before;
        do
        {
            before = words;
            words = After().Replace(words, "");
        } while (words != before);
        return words;
    }

    private static readonly (QuestionKind Kind, Regex Form)[] Forms =
    [
        (QuestionKind.Everything, Everything()),
        (QuestionKind.List, List()),
        (QuestionKind.Description, Description()),
        (QuestionKind.Exists, Exists()),
        (QuestionKind.Count, Count()),
        (QuestionKind.Color, Color()),
        (QuestionKind.Mask, MaskInWords()),
        (QuestionKind.Place, Place()),
        (QuestionKind.Use, Use()),
        (QuestionKind.Which, Which()),
        (QuestionKind.Mask, Mask()),
    ];

    [GeneratedRegex(
        @"\A(?:please|hi|hello|hey|ok|okay|now|so|and|well|thanks|tell me|say|let me know|i want you to|i would like you to|i would like to know|i would like|i want to know|do you "
            + @"know|i wonder|can you tell me|(?:can|could|would|will) (?:you|u)(?: please)?|let us|lets|just|kindly|go ahead and|help me(?: to)?|try to|i need you to) (?=.)"
    )]
    private static partial Regex Polite();

    [GeneratedRegex(@"(?<=.) (?:please|thanks|thank you|for me|pls|if you can|if possible)\z")]
    private static partial Regex After();

    [GeneratedRegex(
        $@"\A(?:(?:segment|mask) (?:everything|all(?: things)?|{Picture})|describe (?:it|this|{Picture}) with (?:segmentation )?masks|panoptic){Here}\z"
    )]
    private static partial Regex Everything();

    [GeneratedRegex(
        $@"\A(?:(?:list|name|enumerate|show|give|tell)(?: me)?(?: a list of)?(?: of)?(?: (?:all|everything|every))?(?: of)?(?: the)?(?: (?:things|thing|contents))?(?: (?:that )?(?:you|one|i|we)"
            + $@"(?: can)? see)?(?: (?:are )?(?:visible|there))?|(?:what|which)(?: all)?(?: of)?(?: the)? things (?:are|can|do)(?: (?:there|visible|shown|be seen|you see|you find|you)))"
            + $@"{Here}(?: (?<what>from (?:the )?left to(?: the)? right|from(?: the)? top to(?: the)? bottom|from the largest to the smallest))?\z"
    )]
    private static partial Regex List();

    [GeneratedRegex(
        $@"\A(?:(?:describe|caption|summarize|summarise|explain)(?: (?:it|this|everything|what you see|what is (?:there|shown|happening)|{Picture}))?(?: (?:to me|in detail|briefly|in (?:a|one) "
            + $@"sentence|in words|in a few words))*|what (?:is|are|can|do|does)(?: (?:there|happening|going on|shown|depicted|visible|to (?:be )?see|to be seen|this|it|you see|i see|we see|be seen|you|we|i|look"
            + $@"|looking at|about|see|{Picture}(?: (?:show|of|about|depict|contain))?))*{Here}|(?:tell me )?about {Picture}|what you see{Here}|(?:give(?: me)? |write )?(?:a |an |the )?(?:(?:short|brief|detailed"
            + $@"|good) )?(?:description|caption|summary)(?: (?:of|for) (?:it|this|{Picture}))?)\z"
    )]
    private static partial Regex Description();

    [GeneratedRegex(
        $@"\A(?:(?:is|are) there (?:(?:a|an|any|some|one|the) )?{What}(?: (?:visible|to be seen|anywhere|shown|there|present))*|(?:(?:do|can|could|did) you |you )?{See} (?:(?:a|an|any|some|the) )?{What}"
            + $@"(?<!\Aspot .*)(?: anywhere)?|does {Picture} (?:show|contain|have|include|depict) (?:(?:a|an|any|some|the) )?{What}|(?:is|are) (?:(?:a|an|any|the) )?{What} "
            + $@"(?:visible|shown|present|to be seen|there)|has {Picture}(?: got)? (?:(?:a|an|any|some|the) )?{What}|whether there (?:is|are) (?:(?:a|an|any|some) )?{What}){Here}\z"
    )]
    private static partial Regex Exists();

    [GeneratedRegex(
        $@"\A(?:how many(?: of the)? {What}(?: (?:are there|are|is|there|can|do|does|you|one|we|i|be|see|seen|find|count|spot|have|has|visible|shown|exist|in total|altogether))*|count(?: up)?(?: all)?(?: of)?(?: "
            + $@"the)? {What}|(?:what is )?(?:the )?(?:number|amount|count|quantity) of(?: the)? {What}|how often (?:is|are) {What} there){Here}\z"
    )]
    private static partial Regex Count();

    [GeneratedRegex(
        $@"\A(?:(?:what|which)(?: is the)? color(?: is| are| has| have| does| do| of)? {What}(?: (?:have|has|got|is|in|painted))*|(?:what is )?(?:the )?color of {What}(?: is)?|what {What} color is){Here}\z"
    )]
    private static partial Regex Color();

    [GeneratedRegex(
        $@"\A(?:where(?: in {Picture})? (?:is|are) {What} (?:reply with its mask|answer with (?:its|a) (?:segmentation )?mask)|which pixels (?:belong to|are|show|make up) {What}(?: answer with a segmentation mask)?"
            + $@"|show(?: me)? {What} with a (?:segmentation )?mask|find {What} and give me the segmentation|i need the mask of {What}){Here}\z"
    )]
    private static partial Regex MaskInWords();

    [GeneratedRegex(
        $@"\A(?:where(?: (?:in|on) {Picture})?(?: exactly)? (?:is|are|can|do|does|could|did)(?: (?:you|i|we|one))?(?: (?:see|find|spot|be))? {What}(?: (?:located|placed|be found|found|seen|stand|lie|sit|at|positioned|be|standing|"
            + $@"to be found))*|(?:what is )?(?:the )?(?:exact )?(?:position|place|location|whereabouts) of {What}|(?:in|on|at) (?:which|what) (?:part|corner|area|place|region|side|half)(?: of {Picture})? is {What}|"
            + $@"where {What} (?:is|are)){Here}\z"
    )]
    private static partial Regex Place();

    [GeneratedRegex(
        @"\A(?:what|which thing|which tool|which)(?: of these)?(?: things)? (?:would|could|can|do|should|will|may|might) (?:you|i|we|one|people|be)(?: (?:use|used|need|take))? to (?<what>.+?)(?: with)?\z|"
            + @"\Awhat (?:is|are) (?:used|needed|good|there) to (?<what>.+?)(?: with)?\z|\Awhat you would use to (?<what>.+)\z"
    )]
    private static partial Regex Use();

    [GeneratedRegex(
        $@"\A(?:which|what) (?<what>(?!color|pixels|part|side|corner|area|is|are|do|does|can|you|did|was|time|kind|sort|if|about|else|happens|happened)[a-z-]+ .+?){Here}\z"
    )]
    private static partial Regex Which();

    [GeneratedRegex(
        $@"\A(?:(?:segment|mask|outline|highlight|mark|cut|select|detect|locate|find|show|point|pick|get|extract|circle|trace|identify|search|look|give|draw|make|create|generate|return|i need|i want|see|where is the mask of)(?: "
            + $@"(?:me|out|to|at|for))*(?:(?: all)?(?: (?:a|the|its))? (?:segmentation )?(?:mask|masks|segmentation|outline|pixels|contour|area)(?: (?:of|for))?)? |(?:(?:the|a) )?(?:segmentation )?(?:mask|masks|segmentation|outline|"
            + $@"pixels) (?:of|for) ){What}{Here}\z"
    )]
    private static partial Regex Mask();
}
