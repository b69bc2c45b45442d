using System.Diagnostics.CodeAnalysis;
using OmgLlava.Engine;
using OmgLlava.Language;

namespace OmgLlava;

/// <summary>Turns the tokens of one answer into clean text and segments.</summary>
internal sealed class AnswerWriter : IDisposable
{
    private readonly OmgLlavaModel _model;
    private readonly PerceivedImage? _image;
    private readonly TextStream _stream;
    private readonly AnswerAssembler _assembler = new();
    private readonly StopCut _cut;
    private readonly List<Segment> _segments = [];
    private readonly Queue<(string, int, int)> _waiting = new();
    private readonly Queue<(int End, Task<Segment> Mask)> _decoding = new();
    private readonly bool _aside;
    private readonly int _seg;
    private readonly int _open;
    private readonly int _close;
    private readonly int? _turnEnd;
    private int _marked;
    private int? _phrase;
    private bool _ended;

    /// <param name="model">The model that answers.</param>
    /// <param name="image">The picture; null for an answer without one, which has no masks.</param>
    /// <param name="stopTexts">Texts that end the answer.</param>
    /// <param name="masksAside">Decodes masks on another thread while the text goes on; otherwise the text waits for
    /// each.</param>
    public AnswerWriter(OmgLlavaModel model, PerceivedImage? image, IReadOnlyList<string> stopTexts, bool masksAside = false)
    {
        (_model, _image, _cut, _stream, _aside) = (
            model,
            image,
            new StopCut(stopTexts),
            new TextStream(model.Tokenizer),
            masksAside
        );
        (_seg, _open, _close) = (model.Tokenizer.Id("[SEG]"), model.Tokenizer.Id("<p>"), model.Tokenizer.Id("</p>"));
        _turnEnd = model.Tokenizer.Find(model.Config.Template.TurnEnd);
    }

    /// <summary>Whether a stop text has come: the answer needs no further token.</summary>
    public bool Stopped => _cut.Found;

    /// <summary>Takes a chosen token.</summary>
    /// <returns>The clean text that it adds, and the phrase that this is part of; there may be more, see
    /// <see cref="TryTakeText"/>.</returns>
    public (string Text, int? Phrase) Add(int token)
    {
        int? phrase = _phrase;
        if (Stopped)
        {
            return ("", phrase);
        }

        if (token == _turnEnd || _model.Config.Language.EosTokens.Contains(token))
        {
            _ended = true;
            return ("", null);
        }

        bool marker = token == _seg || token == _open || token == _close;
        _cut.Add(_assembler.Add(marker ? _stream.Finish() : _stream.Add(token)), phrase);
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
        else if (token == _seg)
        {
            _waiting.Enqueue(_assembler.TakePhrase());
            _marked++;
        }

        return _cut.TryTake(out (string, int?) piece) ? piece : ("", phrase);
    }

    /// <summary>Takes the next piece of text that is ready.</summary>
    public bool TryTakeText(out (string Text, int? Phrase) piece) => _cut.TryTake(out piece);

    /// <summary>Begins the mask of a [SEG] that has been fed.</summary>
    public void Read(GenerationEvent step)
    {
        if (step.Token != _seg || !_waiting.TryDequeue(out (string, int, int End) phrase) || _image is null)
        {
            return;
        }

        if (_aside)
        {
            Tensor state = step.Hidden!.Clone();
            _decoding.Enqueue(
                (
                    phrase.End,
                    Task.Run(() =>
                    {
                        using (state)
                        {
                            return Decode(state, phrase);
                        }
                    })
                )
            );
        }
        else
        {
            _decoding.Enqueue((phrase.End, Task.FromResult(Decode(step.Hidden!, phrase))));
        }
    }

    /// <summary>Takes the next segment, in the order of the [SEG]s, once the text of its phrase has been given.</summary>
    /// <param name="wait">Waits for its mask, where one has begun; otherwise only one that is done is taken.</param>
    /// <param name="segment">The segment; null where there is none.</param>
    public bool TryTake(bool wait, [NotNullWhen(true)] out Segment? segment)
    {
        segment = null;
        if (
            _decoding.TryPeek(out (int End, Task<Segment> Mask) first)
            && first.End <= _cut.Given
            && (wait || first.Mask.IsCompleted)
        )
        {
            segment = _decoding.Dequeue().Mask.GetAwaiter().GetResult();
            _segments.Add(segment);
        }

        return segment is not null;
    }

    /// <summary>Ends the text: nothing is held back any more.</summary>
    public void Finish()
    {
        _cut.Add(_assembler.Add(_stream.Finish()), _phrase);
        _cut.Finish();
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>The answer, and the end of its text that was held back and not taken.</returns>
    public (Reply Reply, string Held) Reply(IReadOnlyList<int> tokens, ReplyTimings timings)
    {
        Finish();
        while (TryTake(wait: true, out _)) { }

        string rest = "";
        while (TryTakeText(out (string Text, int? Phrase) piece))
        {
            rest += piece.Text;
        }

        return (new Reply(_assembler.Text[.._cut.Given], _segments, tokens, _ended || Stopped, timings), rest);
    }

    /// <summary>Waits for masks that nobody took: they still read the picture.</summary>
    public void Dispose() => Task.WhenAll(_decoding.Select(one => one.Mask)).ContinueWith(_ => { }, TaskScheduler.Default).Wait();

    private Segment Decode(Tensor state, (string, int, int) phrase)
    {
        using Tensor logits = _model.DecodeMask(_image!, state);
        return SegmentReader.Read(logits, _image!.Geometry, phrase);
    }
}
