using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using OmgLlava.Training.Text;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Stage three: the language model learns from text, questions and answers alike; a new one gets a tokenizer of that
/// text first.</summary>
internal sealed class LanguageStage : ITrainingStage
{
    private readonly Recipe _recipe;
    private readonly ISceneSource _source;
    private readonly StageModel _model;
    private readonly string? _tokenizerFolder;
    private readonly Tokenizer _tokenizer;
    private readonly LengthGroups<ConversationSample> _groups;

    public LanguageStage(Recipe recipe, ISceneSource source, Device device, Action<string> note)
    {
        (_recipe, _source) = (recipe, source);
        int? rows = null;
        if (recipe.Shape is not null && recipe.Language.TrainTokenizer)
        {
            _tokenizerFolder = TokenizerFolder(recipe);
            rows = MakeTokenizer(OmgLlavaConfig.Load(recipe.Shape).Language.VocabularySize, note);
        }

        _model = StageModel.Open(recipe, source, device, rows);
        _tokenizer = _tokenizerFolder is null ? _model.Tokenizer() : Tokenizer.Load(_tokenizerFolder);
        _groups = new LengthGroups<ConversationSample>(
            recipe.Batch,
            recipe.Accumulate,
            recipe.Seed,
            Sample,
            sample => sample.Ids.Length
        );
        Parameters = [.. _model.Network.Language.named_parameters().Select(p => new TrainableParameter(p.name, p.parameter))];
    }

    /// <summary>Where a new tokenizer is kept.</summary>
    public static string TokenizerFolder(Recipe recipe) => Path.Combine(recipe.Output, "tokenizer");

    public IReadOnlyList<TrainableParameter> Parameters { get; }

    public void Check(long batch) => _groups.Batch(batch);

    public Func<ulong, StepLosses> Prepare(long batch)
    {
        ConversationSample[] samples = _groups.Batch(batch);
        return _ => Losses(samples);
    }

    public IReadOnlyList<TrainingSample> Show(string folder, int step)
    {
        using var inference = inference_mode();
        var generator = new TextGenerator(
            new TorchLanguage(_model.Network.Language),
            _tokenizer,
            [_model.Network.Config.Template.TurnEnd]
        );
        return
        [
            .. Enumerable
                .Range(0, 4)
                .Select(i =>
                {
                    using var scope = NewDisposeScope();
                    (string question, string answer) = _source.Text((long.MaxValue / 1024) + i);
                    long[] prompt =
                    [
                        .. _model
                            .Network.Config.Template.FirstTurn(_tokenizer, question, withImage: false)
                            .Select(id => (long)id),
                    ];
                    Tensor embedded = _model.Network.Language.Embed(tensor(prompt, device: _model.Device).unsqueeze(0));
                    using IKeyValueCache cache = _model.Network.Language.CreateCache();
                    int[] tokens =
                    [
                        .. generator
                            .Generate(embedded, cache, new GenerationOptions { MaxNewTokens = 64 })
                            .Where(e => e.Hidden is null)
                            .Select(e => e.Token),
                    ];
                    return new TrainingSample(question, answer, _tokenizer.Decode(tokens));
                }),
        ];
    }

    public void Save(string folder) => _model.Save(folder, _recipe, _tokenizerFolder);

    public void Dispose() => _model.Dispose();

    private StepLosses Losses(ConversationSample[] samples)
    {
        using var scope = NewDisposeScope();
        int longest = samples.Max(s => s.Ids.Length);
        Tensor ids = Rows(s => s.Ids, 0);
        Tensor mask = Rows(s => [.. Enumerable.Repeat(1L, s.Ids.Length)], 0);
        Tensor labels = Rows(s => s.Ids, PromptPlaceholders.IgnoredLabel); // all of the text, not the answers alone
        TorchLanguageModel language = _model.Network.Language;
        Tensor hidden = language.Forward(language.Embed(ids), mask, positions: null);
        Tensor loss = LanguageLoss.Compute(hidden, labels, language.Logits).MoveToOuterDisposeScope();
        return new StepLosses(loss, new Dictionary<string, double>());

        Tensor Rows(Func<ConversationSample, long[]> values, long padding) =>
            tensor([.. samples.SelectMany(s => values(s).Concat(Enumerable.Repeat(padding, longest - s.Ids.Length)))])
                .view(samples.Length, longest)
                .to(_model.Device);
    }

    private ConversationSample Sample(long place)
    {
        (string question, string answer) = _source.Text(place);
        // Placeholders and [SEG] are words like others here: nothing is behind them.
        var template = _model.Network.Config.Template;
        IReadOnlyList<int> ids =
        [
            .. template.FirstTurn(_tokenizer, question, withImage: false),
            .. _tokenizer.Encode(answer),
            .. _tokenizer.Encode(template.TurnEnd),
        ];
        // <mark> alone has no row: nothing but a prompt can stand in its place.
        long[] kept =
        [
            .. ids.Where(id => id < _model.Network.Language.EmbeddingRows).Take(_recipe.Data.MaxTokens).Select(id => (long)id),
        ];
        return new ConversationSample($"text {place}", null, kept, kept, [], []);
    }

    /// <summary>Trains the tokenizer, or takes the one of an earlier run of the same recipe.</summary>
    /// <returns>Its number of pieces.</returns>
    private int MakeTokenizer(int most, Action<string> note)
    {
        Directory.CreateDirectory(_tokenizerFolder!);
        if (!File.Exists(Path.Combine(_tokenizerFolder!, "tokenizer.model")))
        {
            IEnumerable<string> texts = Enumerable
                .Range(0, _recipe.Language.TokenizerSamples)
                .Select(i => _source.Text(i))
                .Select(text => $"{text.Question}\n{text.Answer}");
            IReadOnlyList<string> pieces = BytePairTrainer.Train(
                texts,
                most - SentencePieceModel.Leading - SentencePieceModel.ChatTokens.Count
            );
            SentencePieceModel.Write(_tokenizerFolder!, pieces);
            note($"The tokenizer has {pieces.Count} pieces of its own.");
        }

        return Tokenizer.Load(_tokenizerFolder!).Count - Tokenizer.AddedTokens.Count;
    }
}
