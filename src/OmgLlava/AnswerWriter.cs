using System.Diagnostics.CodeAnalysis;
using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>Turns the tokens of one answer into clean text and segments.</summary>
internal sealed class AnswerWriter : IDisposable
{
    private readonly OmgLlavaModel _model;
    private readonly PerceivedImage _image;
    private readonly TextStream _stream;
    private readonly AnswerAssembler _assembler = new();
    private readonly List<Segment> _segments = [];
    private readonly Queue<(string, int, int)> _waiting = new();
    private readonly Queue<Task<Segment>> _decoding = new();
    private readonly bool _aside;
    private readonly IReadOnlyList<string> _stops;
    private readonly int _seg;
    private readonly int _open;
    private readonly int _close;
    private readonly int? _turnEnd;
    private string _held = "";
    private int _marked;
    private int? _phrase;
    private bool _ended;

    /// <param name="model">The model that answers.</param>
    /// <param name="image">The picture.</param>
    /// <param name="stopTexts">Texts that end the answer.</param>
    /// <param name="masksAside">Decodes masks on another thread while the text goes on; otherwise the text waits for each.</param>
    public AnswerWriter(OmgLlavaModel model, PerceivedImage image, IReadOnlyList<string> stopTexts, bool masksAside = false)
    {
        (_model, _image, _stops, _stream, _aside) = (model, image, stopTexts, new TextStream(model.Tokenizer), masksAside);
        (_seg, _open, _close) = (model.Tokenizer.Id("[SEG]"), model.Tokenizer.Id("<p>"), model.Tokenizer.Id("</p>"));
        _turnEnd = model.Tokenizer.Find(model.Config.Template.TurnEnd);
    }

    /// <summary>Takes a chosen token.</summary>
    /// <returns>The clean text that it adds, and the phrase that this is part of.</returns>
    public (string Text, int? Phrase) Add(int token)
    {
        if (token == _turnEnd || _model.Config.Language.EosTokens.Contains(token))
        {
            _ended = true;
            return ("", null);
        }

        if (token != _seg && token != _open && token != _close)
        {
            return (Release(_held + _stream.Add(token), final: false), _phrase);
        }

        (string, int?) before = (Release(_held + _stream.Finish(), final: true), _phrase);
        if (token == _open)
        {
            _assembler.OpenPhrase();
            _phrase = _marked;
        }
        else if (token == _close)
        {
            _assembler.ClosePhrase();
            _phrase = null;
        }
        else
        {
            _waiting.Enqueue(_assembler.TakePhrase());
            _marked++;
        }

        return before;
    }

    /// <summary>Begins the mask of a [SEG] that has been fed.</summary>
    public void Read(GenerationEvent step)
    {
        if (step.Token != _seg || !_waiting.TryDequeue(out (string, int, int) phrase))
        {
            return;
        }

        if (_aside)
        {
            Tensor state = step.Hidden!.clone().DetachFromDisposeScope();
            _decoding.Enqueue(Task.Run(() =>
            {
                using (state)
                {
                    return Decode(state, phrase);
                }
            }));
        }
        else
        {
            _decoding.Enqueue(Task.FromResult(Decode(step.Hidden!, phrase)));
        }
    }

    /// <summary>Takes the next segment, in the order of the [SEG]s.</summary>
    /// <param name="wait">Waits for its mask, where one has begun; otherwise only one that is done is taken.</param>
    /// <param name="segment">The segment; null where there is none.</param>
    public bool TryTake(bool wait, [NotNullWhen(true)] out Segment? segment)
    {
        segment = null;
        if (_decoding.TryPeek(out Task<Segment>? first) && (wait || first.IsCompleted))
        {
            segment = _decoding.Dequeue().GetAwaiter().GetResult();
            _segments.Add(segment);
        }

        return segment is not null;
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>The answer, and the end of its text that was held back.</returns>
    public (Reply Reply, string Held) Reply(IReadOnlyList<int> tokens, ReplyTimings timings)
    {
        while (TryTake(wait: true, out _))
        {
        }

        string rest = _held + _stream.Finish();
        string? stop = _stops.FirstOrDefault(s => rest.EndsWith(s, StringComparison.Ordinal));
        rest = Release(stop is null ? rest : rest[..^stop.Length], final: true);
        return (new Reply(_assembler.Text, _segments, tokens, _ended || stop is not null, timings), rest);
    }

    /// <summary>Waits for masks that nobody took: they still read the picture.</summary>
    public void Dispose() => Task.WhenAll(_decoding).ContinueWith(_ => { }, TaskScheduler.Default).Wait();

    private Segment Decode(Tensor state, (string, int, int) phrase)
    {
        using var inference = inference_mode();
        using Tensor logits = _model.DecodeMask(_image, state);
        return SegmentReader.Read(logits, _image.Geometry, phrase);
    }

    /// <summary>Gives text on, but holds back an end that a stop text may begin with.</summary>
    private string Release(string text, bool final)
    {
        int keep = final ? 0 : _stops.SelectMany(stop => Enumerable.Range(1, stop.Length).Where(n => text.EndsWith(stop[..n], StringComparison.Ordinal)))
            .DefaultIfEmpty(0).Max();
        _held = text[^keep..];
        return _assembler.Add(text[..^keep]);
    }
}
