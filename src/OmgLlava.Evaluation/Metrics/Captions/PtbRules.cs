namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// The conventions of the Penn Treebank as Stanford's tokenizer 3.4.1 applies them. Where several rules fit, the longest match
/// (its context counted) wins, then the first rule. Of the tokenizer's character ranges only letters, digits and marks of Unicode
/// are kept.
/// </summary>
internal static class PtbRules
{
    private const string Letter =
        @"(?:[\p{L}\p{M}\u00AD\u02C2-\u02C5\u02D2-\u02DF\u02E5-\u02FF\u055A-\u055F]|&[aeiouAEIOU](?i:acute|grave|uml);)";
    private const string Digit = @"[\p{Nd}]";
    private const string Alnum = @"[\p{L}\p{Nd}]";
    private const string Space = @"[ \t\u00A0\u2000-\u200A\u3000]";
    private const string Line = @"(?:\r?\n|[\r\u2028\u2029\u000B\u000C\u0085])";
    private const string Blank = "(?:" + Space + "|" + Line + ")";
    private const string Apostrophe = @"(?:['\u0092\u2019]|(?i:&apos;))";
    private const string AnyApostrophe = "(?:" + Apostrophe + @"|[`\u0091\u2018\u201B])";
    private const string Clitic = Apostrophe + "(?:[msdMSD]|(?i:re|ve|ll))";
    private const string Negation = "(?i:n)" + AnyApostrophe + "(?i:t)";
    private const string Hyphen = @"[-_\u058A\u2010\u2011]";
    private const string Pause = @"[,;:\u3001]";
    private const string Word =
        Letter + "(?:" + Letter + "|" + Digit + ")*(?:[.!?]" + Letter + "(?:" + Letter + "|" + Digit + ")*)*";
    private const string Elided = "(?:[dDoOlL]" + AnyApostrophe + Alnum + ")?" + Alnum + "+";
    private const string Compound = Elided + "(?:" + Hyphen + Elided + ")*";
    private const string Conjoined = "[A-Z]+(?:(?:[+&]|(?i:&amp;))[A-Z]+)+";
    private const string Initials =
        @"(?:[A-Za-z](?:\.[A-Za-z])*|(?i:(?:Canada|Sino|Korean|EU|Japan|non)-U\.S|U\.S\.-(?:U\.S\.S\.R|U\.K)))";
    private const string ManyInitials =
        @"(?:[A-Za-z](?:\.[A-Za-z])+|(?i:(?:Canada|Sino|Korean|EU|Japan|non)-U\.S|U\.S\.-(?:U\.S\.S\.R|U\.K)))";
    private const string Hyphenated = @"[A-Za-z0-9][A-Za-z0-9.,\u00AD]*(?:-(?:" + ManyInitials + @"\.|[A-Za-z0-9\u00AD]+))+";
    private const string NotUrl = @" \t\n\f\r""<>|";
    private const string TagName = @"[A-Za-z][A-Za-z0-9_:.\-]*";
    private const string Tag =
        @"<(?:[!?][A-Za-z\-][^>\r\n]*|"
        + TagName
        + @"(?:[ ]+"
        + TagName
        + @"(?:[ ]*=[ ]*(?:'[^']*'|""[^""]*""))?)*[ ]*/?|/"
        + TagName
        + @")[ ]*>";

    // Abbreviations that mostly stand before small letters; before a capital or the end they also end a sentence.
    private const string Final =
        @"(?i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thu(?:rs)?|Fri"
        + "|Ala|Ariz|Calif|Colo|Conn|Ct|Dak|Fla|Ga|Ind|Kans?|Ky|Md|Mich|Minn|Mo|Mont|Neb|Nev|Okla|Penn|Tenn|Va|Vt|Wisc?|Wyo"
        + "|Inc|Cos?|Corp|Ltd|Plc|Rt|Bancorp|Bhd|Assn|Univ|Intl|Sys|tel|est|ext|sq"
        + @"|Jr|Sr|Bros|(?:Ed|Ph)\.D|Blvd|Rd|Esq|etc|al|seq|Bldg)"
        + "|A(?i:z)|A(?i:rk)|D(?i:el)|I(?i:ll)|L(?i:a)|M(?i:ass)|M(?i:iss)|O(?i:re)|P(?i:a)|T(?i:ex)|W(?i:ash)|(?i:Pp?t)[ye](?i:s)?";

    // Abbreviations that mostly stand before capitals: titles above all.
    private const string Leading =
        "(?i:Mr|Mrs|Ms|Drs?|Profs?|Sens?|Reps?|Attys?|Lt|Col|Gen|Messrs|Govs?|Adm|Rev|Maj|Sgt|Cpl|Pvt|Capt|Ste?|Ave|Pres|Lieut|Hon|Brig|Co?mdr"
        + "|Pfc|Spc|Supts?|Det|Mt|Ft|Adj|Adv|Asst|Assoc|Ens|Insp|Mlle|Mme|Msgr|Sfc"
        + @"|vs|Alex|Wm|Jos|Cie|a\.k\.a|cf|TREAS|Ph|Invt|Elec|Natl|Dept)|M(?i:iss)|(?i:M)[ft](?i:g)|"
        + Initials;

    // Words that, after initials such as "U.S.", show that a sentence has ended there.
    private const string Opening =
        "A(?i:bout|ccording|dditionally|fter|n|s|t)?|B(?i:ut)|E(?i:arlier)|H(?i:ere|er|e|owever)|I(?i:[fnt])|L(?i:ast)|M(?i:any|ore|r\\.|s\\.)|N(?i:ow)"
        + "|O(?i:nce|ne|ther|ur)|S(?i:he|ince|ome|o|uch)|T(?i:hat|heir|here|hen|hese|hey|he|his)|W(?i:e|hen|hile|hat)|Y(?i:et|ou)|"
        + Tag;

    private const string Quoted =
        @"(?:''|[`\u2018\u2019\u201A\u201B\u201C\u201D\u0091\u0092\u0093\u0094\u201E\u201F\u2039\u203A\u00AB\u00BB]{1,2}|"
        + Apostrophe
        + ")";

    /// <summary>The rules in their order of precedence.</summary>
    public static IReadOnlyList<PtbRule> All { get; } =
    [
        new(@"(?i:c)[+][+]"),
        new("(?i:[cf])#"),
        new("(?i:cannot)", text => text[..3], _ => 3),
        new("(?i:'twas|'tis)", text => text[..2], _ => 2),
        new("(?i:gonna|gotta|lemme|gimme|wanna)", text => text[..3], _ => 3),
        new(Tag, PtbText.KeepSpaces),
        new(@"(?i:&(?:MD|mdash|ndash);)|[\u0096\u0097\u2013\u2014\u2015]", _ => "--"),
        new("(?i:&amp;)", PtbText.Ampersand),
        new("(?i:&(?:HT|TL|UR|LR|QC|QL|QR|odq|cdq|#[0-9]+);)"),
        new("(?<t>" + Word + ")" + Clitic, PtbText.DropSoftHyphens),
        new(@"(?<t>[A-Za-z\u00AD]*[A-MO-Za-mo-z]\u00AD*)" + Negation, PtbText.DropSoftHyphens),
        new(Word, PtbText.DropSoftHyphens),
        new(Apostrophe + "(?i:n)" + Apostrophe + "?"),
        new("[lLdDjJ]" + Apostrophe),
        new("(?i:dunkin|somethin|ol)" + Apostrophe),
        new(Apostrophe + "(?i:em)"),
        new("[A-HJ-XZn]" + AnyApostrophe + @"\p{L}{2,}"),
        new(Apostrophe + "[2-9]0(?i:s)"),
        new(Apostrophe + "(?i:till?)"),
        new(@"\p{L}+[aeiouyAEIOUY]" + AnyApostrophe + @"[aeiouA-Z]\p{L}*"),
        new(Apostrophe + "(?i:cause)"),
        new(@"(?i:cont'd\.?|'twas|nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l)"),
        new("(?i:O)" + AnyApostrophe + "(?i:o)"),
        new("(?<t>(?i:y)" + Apostrophe + @")\p{L}"),
        new(@"(?i:https?)://[^" + NotUrl + @"(){}]+[^" + NotUrl + @".!?(){},\-]"),
        new(
            @"(?:(?i:www)\.(?:[^"
                + NotUrl
                + @".!?(){},]+\.)+[a-zA-Z]{2,4}|(?:[^"
                + NotUrl
                + @"`'.!?(){},-_$]+\.)+(?i:com|net|org|edu))"
                + @"(?:/[^"
                + NotUrl
                + @"()]+[^"
                + NotUrl
                + @".!?(){},\-])?"
        ),
        new(
            @"(?:(?i:&lt;)|<)?[a-zA-Z0-9][^"
                + NotUrl
                + @"()\u00A0{}]*@(?:[^"
                + NotUrl
                + @"(){}.\u00A0]+\.)*[^"
                + NotUrl
                + @"(){}.\u00A0]+(?:(?i:&gt;)|>)?"
        ),
        new("@[a-zA-Z_][a-zA-Z_0-9]*"),
        new("#" + Letter + "+"),
        new("(?<t>" + Clitic + ")[^A-Za-z]", PtbText.ClosingQuotes),
        new("(?<t>" + Negation + ")[^A-Za-z]", PtbText.ClosingQuotes),
        new(Digit + @"{1,2}[\-/]" + Digit + @"{1,2}[\-/]" + Digit + "{2,4}"),
        new(@"[\-+]?(?:" + Digit + @"*(?:[.:,\u00AD\u066B\u066C]" + Digit + "+)+|" + Digit + "+)", PtbText.DropSoftHyphens),
        new(@"[\u207A\u207B\u208A\u208B]?(?:[\u2070\u00B9\u00B2\u00B3\u2074-\u2079]+|[\u2080-\u2089]+)"),
        new("(?:" + Digit + @"{1,4}[\- \u00A0])?" + Digit + @"{1,4}(?:\\?/|\u2044)" + Digit + "{1,4}", PtbText.KeepSpaces),
        new(@"[\u00BC\u00BD\u00BE\u2153-\u215E]", PtbText.Fraction),
        new(
            @"(?i:-(?:RRB|LRB|RCB|LCB|RSB|LSB)-|C\.D\.s|pro-|anti-|S(?:&amp;|&)P-500|S(?:&amp;|&)Ls)|(?i:Cap)"
                + Apostrophe
                + "(?i:n)|(?i:c)"
                + Apostrophe
                + "(?i:est)",
            PtbText.Ampersand
        ),
        new(@"[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}(?:\\?/[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}){1,2}"),
        new(@"[A-Z]*\$|#"),
        new(@"[\u00A2-\u00A5\u0080\u20A0\u20AC\u060B\u0E3F\u20A4\uFFE0\uFFE1\uFFE5\uFFE6]", PtbText.Currency),
        new(
            "(?<t>" + Initials + @"\.)" + Blank + "+(?:" + Opening + ")" + Blank,
            text => text.Length == 2 ? text[..1] : text,
            text => text.Length - 1
        ),
        new(@"(?<t>(?i:ca|figs?|prop|nos?|art|bldg|pp|op)\.)" + Blank + "?" + Digit),
        new(@"(?<t>(?:(?i:pt)[eyEY]|(?i:co))\.)" + Space + "(?i:ltd|lim)"),
        new("(?<t>(?:" + Final + @")\.)" + Blank + "(?:" + Tag + "|" + Blank + @"|\p{Lu})", null, text => text.Length - 1),
        new("(?<t>(?:" + Final + @")\.)[\s\S][\s\S]"),
        new("(?:" + Final + @")\.", null, text => text.Length - 1),
        new("(?:" + Leading + @")\."),
        new("(?<t>" + Leading + ")" + Space),
        new("(?<t>" + Initials + ")" + Blank),
        new("(?<t>" + Apostrophe + "[0-9][0-9])" + Blank),
        new(
            "(?<t>(?:"
                + Letter
                + "|"
                + Digit
                + @")+(?:\.(?:"
                + Letter
                + "|"
                + Digit
                + @")+)*\."
                + "(?i:bat|bmp|class|cgi|cpp|c|dll|docx|doc|exe|gif|gz|html|htm|h|jar|java|jpeg|jpg|mov|mp3|pdf|php|pl|png|ppt|ps|py|sql|tar|txt|wav|xml|x|zip))"
                + "(?:"
                + Blank
                + "|[.?!,])"
        ),
        new("(?<t>" + Word + @"\.)" + Pause, PtbText.DropSoftHyphens),
        new(
            @"(?:\([0-9]{2,3}\)[ \u00A0]?|(?:\+\+?)?(?:[0-9]{2,4}[\- \u00A0])?[0-9]{2,4}[\- \u00A0])[0-9]{3,4}[\- \u00A0]?[0-9]{3,5}",
            PtbText.Telephone
        ),
        new(@"(?:(?:\+\+?)?[0-9]{2,4}\.)?[0-9]{2,4}\.[0-9]{3,4}\.[0-9]{3,5}"),
        new(@"(?<t>""|(?i:&quot;))[A-Za-z0-9$]", PtbText.OpeningQuotes),
        new(@"""|(?i:&quot;)", PtbText.ClosingQuotes),
        new(@"\x7f", _ => ""),
        new("<|(?i:&lt;)", _ => "<"),
        new(">|(?i:&gt;)", _ => ">"),
        new(@"(?<t>[<>]?[:;=][\-o*']?[()DPdpO\\{@|\[\]])[^A-Za-z0-9]", PtbText.Brackets),
        new(
            @"[\^x=~<>]\.\[\^x=~<>]|[\-\^x=~<>']_[\-\^x=~<>']|\([\-\^x=~<>'][_.]?[\-\^x=~<>']\)|\([\^x=~<>']-[\^x=~<>'`]\)",
            PtbText.Brackets
        ),
        new(@"[(){}\[\]]", PtbText.Brackets),
        new(@"\-+", text => text.Length is 3 or 4 ? "--" : text),
        new(@"\.{3,5}|(?:\.[ \u00A0]){2,4}\.|[\u0085\u2026]", _ => "..."),
        new("@+|#+|_+"),
        new(@"\*+|(?:\\\*){1,3}"),
        new(Pause),
        new("[?!]+"),
        new(@"[.¡¿\u037E\u0589\u061F\u06D4\u0700-\u0702\u07FA\u3002]"),
        new("="),
        new("/"),
        new("(?<t>" + Hyphenated + @"\.)" + Pause, PtbText.DropSoftHyphens),
        new(Hyphenated, PtbText.DropSoftHyphens),
        new("(?<t>" + Compound + @"\.)" + Pause),
        new(Compound),
        new("(?<t>" + Conjoined + @"\.)" + Pause, PtbText.Ampersand),
        new(Conjoined, PtbText.Ampersand),
        new(@"(?<t>')[A-Za-z][^ \t\n\r\u00A0]", PtbText.OpeningQuotes),
        new(Clitic, PtbText.ClosingQuotes),
        new(Negation, PtbText.ClosingQuotes),
        new(Quoted, PtbText.ClosingQuotes),
        new("<<|>>"),
        new(
            @"[+%&~\^|\\¦§¨©¬®¯°±²³´µ¶·¸¹º×÷\u2016\u2017\u2020-\u2023\u2030-\u2038\u203B\u203E-\u2042\u2044\u207A-\u207F\u208A-\u208E"
                + @"\u2100-\u214F\u2190-\u21FF\u2200-\u2BFF\u3012\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]"
        ),
        new(@"\0|" + Blank + @"+|[\u200B\u200E\u200F\uFEFF]|(?i:&nbsp;)", _ => ""),
    ];
}
