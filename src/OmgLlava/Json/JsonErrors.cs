using System.Text.Json;

namespace OmgLlava.Json;

/// <summary>What an error of the JSON reader means to the person who wrote the file: no .NET names, a line to look at.</summary>
internal static class JsonErrors
{
    private const string Unknown = "The JSON property '";
    private const string Unfit = "The JSON value could not be converted to ";

    /// <summary>Whether an error comes of a document that is no JSON, or holds something else than was looked for.</summary>
    public static bool Means(Exception error) =>
        error
            is JsonException
                or KeyNotFoundException
                or InvalidOperationException
                or FormatException
                or IndexOutOfRangeException;

    /// <summary>Says what is wrong and where.</summary>
    /// <param name="error">What the reader threw.</param>
    /// <param name="options">How the file is read.</param>
    /// <param name="enumerations">The enumerations in the file; they are told by their values.</param>
    /// <returns>One sentence that ends with a full stop.</returns>
    public static string Explain(Exception error, JsonSerializerOptions options, IEnumerable<Type> enumerations)
    {
        string first = error.Message.Split(" Path:")[0].Split('\n')[0];
        if (first.StartsWith(Unknown, StringComparison.Ordinal))
        {
            return $"'{UnknownName(error.Message)}' is not known{Place(error)}.";
        }

        if (first.StartsWith("Duplicate property '", StringComparison.Ordinal))
        {
            return $"'{first.Split('\'')[1]}'{Place(error)} is given twice.";
        }

        if (first.Contains("setting null", StringComparison.Ordinal) && error is JsonException { Path: { Length: > 2 } nothing })
        {
            return $"'{nothing[2..]}'{Place(error)} must not be null; leave it out for the default.";
        }

        if (first.StartsWith(Unfit, StringComparison.Ordinal))
        {
            string path = error is JsonException { Path: { Length: > 2 } found } ? $"'{found[2..]}'" : "a value";
            string name = first[Unfit.Length..].TrimEnd('.');
            return enumerations.FirstOrDefault(one => one.FullName == name) is { } type
                ? $"{path}{Place(error)} must be one of: {string.Join(", ", Names(type, options))}."
                : $"{path}{Place(error)} has a wrong type.";
        }

        // Texts that are no UTF-8 come as another kind of error inside the first.
        return error is JsonException
            ? first.TrimEnd('.') + Place(error) + "."
            : "it holds a text or a number that cannot be read.";
    }

    /// <summary>The name of a property, which may hold anything: quotes, breaks of lines, what else the message says.</summary>
    private static string UnknownName(string message)
    {
        int end = message.LastIndexOf("' could not be mapped", StringComparison.Ordinal);
        string name = end < 0 ? message[Unknown.Length..] : message[Unknown.Length..end];
        return string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c));
    }

    private static IEnumerable<string> Names(Type type, JsonSerializerOptions options) =>
        Enum.GetNames(type)
            .Select(name => JsonSerializer.Serialize(Enum.Parse(type, name), options.GetTypeInfo(type)).Trim('"'));

    private static string Place(Exception error) => error is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";
}
