using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Verification;

/// <summary>What an executor computes on the way from a picture and a question to an answer, in the order of computing.</summary>
internal sealed class ExecutorTrace
{
    private readonly List<(string Name, float[] Values)> _places = [];

    private ExecutorTrace(Reply reply, string text, double seconds) => (Reply, Text, Seconds) = (reply, text, seconds);

    public Reply Reply { get; }

    public string Text { get; }

    public double Seconds { get; }

    /// <summary>Loads the model for an executor, asks, and lets it go.</summary>
    public static ExecutorTrace Run(
        string directory,
        Executor executor,
        RgbImage picture,
        string question,
        int maxNewTokens,
        CancellationToken cancellation
    )
    {
        using var model = OmgLlavaModel.Load(directory, executor.Options, cancellation);
        var clock = Stopwatch.StartNew();
        using PerceivedImage seen = model.Perceive(picture, cancellation);
        using ImageChat chat = model.StartChat(seen);
        Reply reply = chat.AskAsync(question, [], new GenerationOptions { MaxNewTokens = maxNewTokens }, cancellation)
            .GetAwaiter()
            .GetResult();
        var trace = new ExecutorTrace(reply, model.Tokenizer.Decode(reply.Tokens), clock.Elapsed.TotalSeconds);
        trace.Add("mask logits of perception", seen.Seen.MaskLogits);
        trace.Add("class scores", seen.Seen.ClassLogits);
        trace.Add("visual tokens", seen.Seen.Tokens);
        using Tensor prompt = new QuestionEmbedder(model, seen).Embed(question, []);
        trace.Add("prompt", prompt);
        using IKeyValueCache cache = model.Language.CreateCache();
        using Tensor hidden = model.Language.Forward(prompt, cache, cancellation);
        using Tensor last = Tensor.Of(hidden.Row(hidden.Rows - 1), 1, hidden.Width);
        trace.Add("hidden state after the prompt", last);
        using Tensor scores = model.Language.Logits(last);
        trace.Add("scores of the first token", scores);
        return trace;
    }

    /// <summary>How far this trace is from another, place by place.</summary>
    public IReadOnlyList<PlaceDifference> Compare(ExecutorTrace reference)
    {
        var differences = new List<PlaceDifference>();
        foreach (((string name, float[] values), (string _, float[] expected)) in _places.Zip(reference._places))
        {
            differences.Add(
                values.Length != expected.Length
                    ? new PlaceDifference(
                        $"{name} ({values.Length} values instead of {expected.Length})",
                        double.MaxValue,
                        double.MaxValue
                    )
                    : Compare(name, values, expected)
            );
        }

        int same = Reply.Tokens.Zip(reference.Reply.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
        bool equal = same == Reply.Tokens.Count && same == reference.Reply.Tokens.Count;
        differences.Add(
            equal
                ? new PlaceDifference("tokens of the answer", 0, 0)
                : new PlaceDifference($"token {same + 1} of the answer", 1, 1)
        );
        foreach ((int i, (Segment own, Segment other)) in Reply.Segments.Zip(reference.Reply.Segments).Index())
        {
            double apart =
                own.Mask is null || other.Mask is null
                    ? own.Mask == other.Mask
                        ? 0
                        : 1
                    : 1 - Iou(own.Mask, other.Mask);
            differences.Add(new PlaceDifference($"mask {i + 1} of the answer", apart, apart));
        }

        return differences;
    }

    private static PlaceDifference Compare(string name, float[] values, float[] expected)
    {
        (double largest, double scale) = (0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            double apart = Math.Abs((double)values[i] - expected[i]);
            largest = double.IsNaN(apart) ? double.MaxValue : Math.Max(largest, apart);
            scale = Math.Max(scale, Math.Abs(expected[i]));
        }

        return new PlaceDifference(name, largest, scale > 0 ? largest / scale : largest);
    }

    private static double Iou(Mask a, Mask b)
    {
        (long both, long either) = (0, 0);
        foreach ((bool x, bool y) in a.Pixels.ToArray().Zip(b.Pixels.ToArray()))
        {
            both += x && y ? 1 : 0;
            either += x || y ? 1 : 0;
        }

        return either == 0 ? 1 : (double)both / either;
    }

    private void Add(string name, Tensor values) => _places.Add((name, values.Span.ToArray()));
}
