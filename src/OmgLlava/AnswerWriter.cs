using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>Turns the tokens of one answer into clean text and segments.</summary>
internal sealed class AnswerWriter
{
    private readonly OmgLlavaModel _model;
    private readonly PerceivedImage _image;
    private readonly TextStream _stream;
    private readonly AnswerAssembler _assembler = new();
    private readonly List<Segment> _segments = [];
    private readonly Queue<(string, int, int)> _waiting = new();
    private readonly IReadOnlyList<string> _stops;
    private readonly int _seg;
    private readonly int _open;
    private readonly int _close;
    private readonly int? _turnEnd;
    private string _held = "";
    private bool _ended;

    public AnswerWriter(OmgLlavaModel model, PerceivedImage image, IReadOnlyList<string> stopTexts)
    {
        (_model, _image, _stops, _stream) = (model, image, stopTexts, new TextStream(model.Tokenizer));
        (_seg, _open, _close) = (model.Tokenizer.Id("[SEG]"), model.Tokenizer.Id("<p>"), model.Tokenizer.Id("</p>"));
        _turnEnd = model.Tokenizer.Find(model.Config.Template.TurnEnd);
    }

    public string Text => _assembler.Text;

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Takes a chosen token.</summary>
    /// <returns>The clean text that it adds.</returns>
    public string Add(int token)
    {
        if (token == _turnEnd || token == _model.Config.Language.EosToken)
        {
            _ended = true;
            return "";
        }

        if (token != _seg && token != _open && token != _close)
        {
            return Release(_held + _stream.Add(token), final: false);
        }

        string before = Release(_held + _stream.Finish(), final: true);
        if (token == _open)
        {
            _assembler.OpenPhrase();
        }
        else if (token == _close)
        {
            _assembler.ClosePhrase();
        }
        else
        {
            _waiting.Enqueue(_assembler.TakePhrase());
        }

        return before;
    }

    /// <summary>Decodes the mask of a [SEG] that has been fed.</summary>
    public bool TryRead(GenerationEvent step, out Segment? segment)
    {
        segment = null;
        if (step.Token == _seg && _waiting.TryDequeue(out (string, int, int) phrase))
        {
            using var inference = inference_mode();
            using Tensor logits = _model.DecodeMask(_image, step.Hidden!);
            segment = SegmentReader.Read(logits, _image.Geometry, phrase);
            _segments.Add(segment);
        }

        return segment is not null;
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>The clean text that was held back.</returns>
    public string Finish(out bool complete)
    {
        string rest = _held + _stream.Finish();
        string? stop = _stops.FirstOrDefault(s => rest.EndsWith(s, StringComparison.Ordinal));
        complete = _ended || stop is not null;
        return Release(stop is null ? rest : rest[..^stop.Length], final: true);
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
