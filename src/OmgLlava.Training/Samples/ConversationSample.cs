using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch.Alignment;

namespace OmgLlava.Training.Samples;

/// <summary>A conversation as token ids, with what its placeholders and [SEG] stand for.</summary>
/// <param name="Id">Names it in messages.</param>
/// <param name="Picture">The picture; null for text alone.</param>
/// <param name="Ids">Token ids; the image's placeholder comes first where there is a picture.</param>
/// <param name="Labels">As many labels.</param>
/// <param name="Prompts">Prompts of the placeholders that were kept, in their order.</param>
/// <param name="Masks">The true masks of the [SEG] that were kept, in their order.</param>
internal sealed record ConversationSample(
    string Id,
    RgbImage? Picture,
    long[] Ids,
    long[] Labels,
    IReadOnlyList<VisualPrompt> Prompts,
    IReadOnlyList<Mask> Masks
)
{
    /// <summary>As many numbers: 1 of what stands before all conversations about the picture, from 2 on those of each, see
    /// <see cref="PromptTokens.Mask"/>.</summary>
    public long[] Conversations { get; private init; } = [.. Ids.Select(_ => PromptRow.Shared)];

    /// <summary>What is labelled in the picture.</summary>
    public IReadOnlyList<SceneObject> Objects { get; private init; } = [];

    /// <summary>Masks of what <see cref="Subjects"/> speak of, <see cref="Mentions"/> name and <see cref="Numbers"/>
    /// count.</summary>
    public IReadOnlyList<Mask> SubjectMasks { get; private init; } = [];

    /// <summary>The tokens from which something about a known thing is to be said: [SEG] itself, and those before the words about
    /// it.</summary>
    public IReadOnlyList<TokenSubject> Subjects { get; private init; } = [];

    /// <summary>The tokens of questions at which a noun is complete, with what it names.</summary>
    public IReadOnlyList<TokenSubject> Mentions { get; private init; } = [];

    /// <summary>The tokens before words that depend on how many things there are, with what is counted and how many that
    /// are.</summary>
    public IReadOnlyList<(TokenSubject At, int Number)> Numbers { get; private init; } = [];

    /// <summary>The tokens from which an answer about the one thing that its question points at is said, with the token of the
    /// placeholder that points at it.</summary>
    public IReadOnlyList<(int Token, int Placeholder)> Pointed { get; private init; } = [];

    /// <summary>Builds a sample in the published form: answers and their ends are labelled, questions are not.</summary>
    /// <param name="scene">Picture and turns; at least one turn.</param>
    /// <param name="turns">The turns to take.</param>
    /// <param name="template">Conversation format.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxTokens">Turns from the one on that would go beyond are left out; a first turn that does is cut
    /// off.</param>
    /// <param name="begins">Asked before each further turn that does not refer back: whether it begins another conversation about
    /// the picture, which knows nothing of those before; null for never.</param>
    /// <exception cref="OmgLlavaException">Placeholders and prompts, or [SEG] and masks, differ in number; or there is no
    /// answer.</exception>
    public static ConversationSample Create(
        TrainingScene scene,
        IReadOnlyList<ConversationTurn> turns,
        ChatTemplate template,
        Tokenizer tokenizer,
        int maxTokens,
        Func<bool>? begins = null
    )
    {
        var ids = new List<long>();
        var labels = new List<long>();
        var conversations = new List<long>();
        var prompts = new List<VisualPrompt>();
        var masks = new List<Mask>();
        var subjectMasks = new List<Mask>();
        var subjects = new List<TokenSubject>();
        var mentions = new List<TokenSubject>();
        var numbers = new List<(TokenSubject, int)>();
        var pointed = new List<(int, int)>();
        var known = new Dictionary<Mask, int>(ReferenceEqualityComparer.Instance); // one noun comes in many questions
        IReadOnlyList<int> end = tokenizer.Encode(template.TurnEnd);
        int seg = tokenizer.Id("[SEG]");
        long[] placeholders = [tokenizer.Id(ChatTemplate.RegionPlaceholder), tokenizer.Id(ChatTemplate.MarkPlaceholder)];
        int behind = tokenizer.Encode(template.Instruction.Split("{input}", 2)[^1]).Count;
        int shared = 0; // tokens that all conversations begin with
        long conversation = PromptRow.Shared;
        foreach ((int i, ConversationTurn turn) in turns.Index())
        {
            Check(scene, turn);
            bool refersBack = i > 0 && turns[i - 1].Next == turn;
            bool isFirst = i == 0 || (scene.Picture is not null && !refersBack && begins?.Invoke() == true);
            int before = shared;
            IReadOnlyList<int> Asked(string text) =>
                isFirst ? [.. template.FirstTurn(tokenizer, text, scene.Picture is not null).Skip(before)]
                : template.NextTurn(tokenizer, text);
            IReadOnlyList<int> question = Asked(turn.Question);
            IReadOnlyList<int> answer = [.. tokenizer.Encode(turn.Answer), .. end];
            if (i > 0 && ids.Count + question.Count + answer.Count > maxTokens)
            {
                break;
            }

            if (i == 0 && begins is not null && scene.Picture is not null)
            {
                shared = question.Index().First(token => token.Item == Alignment.PromptPlaceholders.ImageId).Index + 1;
            }

            conversation += isFirst && shared > 0 ? 1 : 0;
            int[] kept = [.. answer.Take(Math.Max(1, maxTokens - ids.Count - question.Count))];
            foreach ((Mask mask, int token) in MentionsOf(turn, question, Asked, behind))
            {
                mentions.Add(new TokenSubject(ids.Count + token, Known(mask)));
            }

            ids.AddRange(question.Select(id => (long)id));
            labels.AddRange(Enumerable.Repeat(Alignment.PromptPlaceholders.IgnoredLabel, question.Count));
            int first = ids.Count;
            if (turn.Prompts.Count == 1)
            {
                int at = ids.FindLastIndex(id => placeholders.Contains(id));
                pointed.AddRange(Enumerable.Range(first - 1, kept.Length).Select(token => (token, at)));
            }

            ids.AddRange(kept.Select(id => (long)id));
            labels.AddRange(kept.Select(id => (long)id));
            conversations.AddRange(Enumerable.Range(conversations.Count, ids.Count - conversations.Count).Select(Number));
            prompts.AddRange(turn.Prompts);
            masks.AddRange(turn.Masks.Take(kept.Count(id => id == seg)));
            foreach (
                (Mask mask, IEnumerable<int> tokens, (int Token, int Count)? number) in SubjectsOf(turn, kept, seg, tokenizer)
            )
            {
                int index = Known(mask);
                subjects.AddRange(tokens.Select(token => new TokenSubject(first + token, index)));
                if (number is { } counted)
                {
                    numbers.Add((new TokenSubject(first + counted.Token, index), counted.Count));
                }
            }
        }

        return new ConversationSample(scene.Id, scene.Picture, [.. ids], [.. labels], prompts, masks)
        {
            Conversations = [.. conversations],
            Objects = scene.Objects,
            SubjectMasks = subjectMasks,
            Subjects = subjects,
            Mentions = mentions,
            Numbers = numbers,
            Pointed = pointed,
        };

        long Number(int token) => token < shared ? PromptRow.Shared : conversation;

        int Known(Mask mask)
        {
            if (known.TryAdd(mask, subjectMasks.Count))
            {
                subjectMasks.Add(mask);
            }

            return known[mask];
        }
    }

    /// <summary>What the question's nouns name, and the tokens that end them; those whose end the tokenizer joins with what
    /// follows are left out.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="question">The tokens of its question.</param>
    /// <param name="asked">Gives the tokens of another question in the same place.</param>
    /// <param name="behind">Tokens of the template behind a question.</param>
    private static IEnumerable<(Mask Mask, int Token)> MentionsOf(
        ConversationTurn turn,
        IReadOnlyList<int> question,
        Func<string, IReadOnlyList<int>> asked,
        int behind
    )
    {
        foreach (QuestionMention mention in turn.Mentions)
        {
            IReadOnlyList<int> start = asked(turn.Question[..mention.End]);
            int count = start.Count - behind;
            if (count > 0 && start.Take(count).SequenceEqual(question.Take(count)))
            {
                yield return (mention.Mask, count - 1);
            }
        }
    }

    /// <summary>What the answer speaks of, and before which of its tokens that must be known, or how many that are.</summary>
    /// <returns>Tokens of the answer: those before the words about it, and the one before the first word where a number is known;
    /// -1 is the last token of the question.</returns>
    private static IEnumerable<(Mask Mask, IEnumerable<int> Tokens, (int Token, int Count)? Number)> SubjectsOf(
        ConversationTurn turn,
        int[] answer,
        int seg,
        Tokenizer tokenizer
    )
    {
        foreach (
            (int token, Mask mask) in answer
                .Index()
                .Where(token => token.Item == seg)
                .Select(token => token.Index)
                .Zip(turn.Masks)
        )
        {
            yield return (mask, [token], null);
        }

        foreach (AnswerSubject subject in turn.Subjects)
        {
            int start = (subject.Start == 0 ? 0 : tokenizer.Encode(turn.Answer[..subject.Start].TrimEnd()).Count) - 1;
            int stop = Math.Min(tokenizer.Encode(turn.Answer[..subject.End].TrimEnd()).Count, answer.Length) - 1;
            yield return (
                subject.Mask,
                Enumerable.Range(start, Math.Max(0, stop - start)),
                subject.Number is { } count && start < answer.Length ? (start, count) : null
            );
        }
    }

    private static void Check(TrainingScene scene, ConversationTurn turn)
    {
        string start = turn.Question.Length > 60 ? turn.Question[..60] + "..." : turn.Question;
        int placeholders = PromptText.InOrder(turn.Question).Count();
        if (placeholders != turn.Prompts.Count)
        {
            throw new OmgLlavaException(
                $"{scene.Id}: the question '{start}' has {placeholders} placeholder(s) (<mark> or <region>) for "
                    + $"{turn.Prompts.Count} prompt(s); it needs one for each."
            );
        }

        int segments = turn.Answer.Split("[SEG]").Length - 1;
        if (segments != turn.Masks.Count)
        {
            throw new OmgLlavaException(
                $"{scene.Id}: the answer to '{start}' has {segments} [SEG] for {turn.Masks.Count} mask(s); it needs one for each."
            );
        }

        if (string.IsNullOrWhiteSpace(turn.Answer))
        {
            throw new OmgLlavaException($"{scene.Id}: the answer to '{start}' is empty.");
        }

        if (scene.Picture is null && turn.Prompts.Count + turn.Masks.Count > 0)
        {
            throw new OmgLlavaException($"{scene.Id}: the question '{start}' points at a picture that there is not.");
        }
    }
}
