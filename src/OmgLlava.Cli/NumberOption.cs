using System.CommandLine;
using System.Globalization;

namespace OmgLlava.Cli;

/// <summary>
/// Options that take a number. They are read strictly, whatever the language of the system: digits, a point for fractions,
/// nothing else, and within their range; what is wrong is said in one sentence.
/// </summary>
internal static class NumberOption
{
    /// <summary>A whole number.</summary>
    public static Option<int> Whole(
        string name,
        string description,
        int least = int.MinValue,
        int most = int.MaxValue,
        int? otherwise = null
    ) =>
        Make(
            name,
            description,
            token => (int?)ParseWhole(token, least, most),
            Form(least, most),
            otherwise ?? 0,
            otherwise is not null
        );

    /// <summary>A whole number of 64 bits.</summary>
    public static Option<long> Long(string name, string description, long least = long.MinValue, long most = long.MaxValue) =>
        Make(name, description, token => ParseWhole(token, least, most), Form(least, most), 0L, false);

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> OptionalWhole(
        string name,
        string description,
        int least = int.MinValue,
        int most = int.MaxValue
    ) => Make<int?>(name, description, token => (int?)ParseWhole(token, least, most), Form(least, most), null, false);

    /// <summary>A number.</summary>
    public static Option<double> Real(string name, string description, double least, double most, double? otherwise = null) =>
        Make(name, description, token => ParseReal(token, least, most), Form(least, most), otherwise ?? 0, otherwise is not null);

    /// <summary>A number that may be left out.</summary>
    public static Option<double?> OptionalReal(string name, string description, double least, double most) =>
        Make<double?>(name, description, token => ParseReal(token, least, most), Form(least, most), null, false);

    /// <summary>A number as people write it for programs; null for anything else.</summary>
    public static double? ParseReal(string text, double least = double.MinValue, double most = double.MaxValue) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out double number
        )
        && number >= least
        && number <= most
            ? number
            : null;

    private static long? ParseWhole(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && number >= least
        && number <= most
            ? number
            : null;

    private static Option<T> Make<T>(
        string name,
        string description,
        Func<string, object?> parse,
        string form,
        T otherwise,
        bool shown
    )
    {
        var option = new Option<T>(name) { Description = description, HelpName = "N" };
        option.CustomParser = result =>
        {
            string token = result.Tokens[^1].Value;
            if (parse(token) is { } number)
            {
                return (T)number;
            }

            result.AddError($"{name} takes {form}, not '{token}'.");
            return otherwise;
        };
        if (shown)
        {
            option.DefaultValueFactory = _ => otherwise;
        }

        return option;
    }

    private static string Form(long least, long most) =>
        (least, most) switch
        {
            ( <= int.MinValue, >= int.MaxValue) => "a whole number",
            (_, >= int.MaxValue) => $"a whole number from {least} on",
            _ => $"a whole number in {least}..{most}",
        };

    private static string Form(double least, double most) =>
        FormattableString.Invariant(
            $"a number in {least}..{most}, written with a point such as {(least + Math.Min(most, least + 1)) / 2}"
        );
}
