using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OmgLlava.Cluster.Routing;

/// <summary>
/// The events of an answer that its client has been sent, so that the same answer, made again, can go on where they end.
/// </summary>
internal sealed class SentEvents
{
    private const string Data = "data: ";

    // What is measured, and differs between runs and between kinds of processors, while the words are the same.
    private static readonly HashSet<string> Measured =
        ["timings", "usage", "score", "box", "area", "mask", "logprob", "top_logprobs"];

    private readonly List<byte[]> _sent = [];
    private int _known;

    /// <summary>The answer begins again.</summary>
    public void Rewind() => _known = 0;

    /// <summary>Takes the next event of the answer.</summary>
    /// <param name="next">The event.</param>
    /// <returns>Whether it is new; false where the client has it.</returns>
    /// <exception cref="AnswerDiffersException">The client has another one in its place.</exception>
    public bool Take(byte[] next)
    {
        if (_known == _sent.Count)
        {
            _sent.Add(next);
            _known++;
            return true;
        }

        return Same(_sent[_known++], next) ? false : throw new AnswerDiffersException();
    }

    /// <summary>The answer is over.</summary>
    /// <exception cref="AnswerDiffersException">The client has more of it.</exception>
    public void End()
    {
        if (_known < _sent.Count)
        {
            throw new AnswerDiffersException();
        }
    }

    private static bool Same(byte[] one, byte[] other)
    {
        if (one.AsSpan().SequenceEqual(other))
        {
            return true;
        }

        (string name, JsonNode? json) = Read(one);
        (string otherName, JsonNode? otherJson) = Read(other);
        return name == otherName && json is not null && JsonNode.DeepEquals(json, otherJson);
    }

    /// <summary>What stands before an event's data, and the data without what is measured; null where it is no JSON.</summary>
    private static (string Name, JsonNode? Json) Read(byte[] sent)
    {
        string text = Encoding.UTF8.GetString(sent);
        int data = text.IndexOf(Data, StringComparison.Ordinal);
        if (data < 0)
        {
            return (text, null);
        }

        try
        {
            JsonNode? json = JsonNode.Parse(text[(data + Data.Length)..]);
            Strip(json);
            return (text[..data], json);
        }
        catch (JsonException)
        {
            return (text, null);
        }
    }

    private static void Strip(JsonNode? json)
    {
        switch (json)
        {
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Strip(item);
                }

                break;
            case JsonObject fields:
                foreach (string name in fields.Select(field => field.Key).ToArray())
                {
                    if (Measured.Contains(name))
                    {
                        fields.Remove(name);
                    }
                    else
                    {
                        Strip(fields[name]);
                    }
                }

                break;
        }
    }
}
