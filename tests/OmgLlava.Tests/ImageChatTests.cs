using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Tests;

public class ImageChatTests(TinyModel tiny)
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 16 };

    [Fact]
    public async Task A_later_turn_pays_for_its_own_tokens_only_and_gives_what_the_whole_conversation_gives()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using ImageChat chat = tiny.Model.StartChat(image);
        Reply first = await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
        int length = chat.Length;
        Reply second = await chat.AskAsync("And the dog?", options: Short);
        Assert.Equal(0, second.Timings.Perception.Ticks);
        int ownTokens = tiny.Model.Config.Template.NextTurn(tiny.Model.Tokenizer, "And the dog?").Count;
        Assert.Equal(ownTokens + 1, second.Timings.PromptTokens); // and the end of the answer before, which nothing had read yet
        Assert.Equal(length + ownTokens + second.Tokens.Count, chat.Length);
        Assert.Equal(Recompute(image, first, "And the dog?"), second.Tokens);
    }

    [Fact]
    public async Task A_mask_comes_while_the_text_goes_on()
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        chat.MasksAside = false; // a text of so small a model is over before a mask
        List<ReplyUpdate> updates = await chat.StreamAsync(TinyModel.MaskQuestion, options: Short).ToListAsync();
        Reply reply = updates[^1].Reply!;
        Assert.Equal(reply.Text, string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(reply.Segments, updates.Select(update => update.Segment).OfType<Segment>());
        Assert.Equal(2, reply.Segments.Count);
        int firstMask = updates.FindIndex(update => update.Segment is not null);
        Assert.Contains(updates.Skip(firstMask), update => update.Text.Length > 0);
        Assert.All(reply.Segments, segment => Assert.Equal((150, 100), (segment.Mask!.Width, segment.Mask.Height)));
        Assert.DoesNotContain("[SEG]", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_change_the_answer_s_input_and_may_be_of_every_kind()
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        VisualPrompt[] prompts =
        [
            VisualPrompt.Point(20, 30),
            VisualPrompt.Box(10, 10, 80, 90),
            VisualPrompt.Region(new Mask(150, 100, [.. Enumerable.Range(0, 15000).Select(i => i % 150 > 90)])),
        ];
        Reply reply = await chat.AskAsync("Compare them.", prompts, Short);
        Assert.NotEmpty(reply.Tokens);
        Reply again = await chat.AskAsync("Is <mark> like <region>?", prompts[..2], Short);
        Assert.NotEmpty(again.Tokens);
    }

    [Fact]
    public async Task A_stopped_answer_leaves_the_conversation_as_it_was()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using ImageChat chat = tiny.Model.StartChat(image);
        using ImageChat other = tiny.Model.StartChat(image);
        await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
        await other.AskAsync(TinyModel.MaskQuestion, options: Short);
        int length = chat.Length;
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ReplyUpdate update in chat.StreamAsync("Say much.", cancellation: source.Token))
            {
                await source.CancelAsync();
            }
        });
        Assert.Equal(length, chat.Length);
        Assert.Single(chat.Turns);

        // Leaving the stream early stops the answer as well.
        await foreach (ReplyUpdate update in chat.StreamAsync("Say much."))
        {
            break;
        }

        Assert.Equal(length, chat.Length);
        Assert.Equal(
            (await other.AskAsync("And now?", options: Short)).Tokens,
            (await chat.AskAsync("And now?", options: Short)).Tokens
        );
    }

    [Fact]
    public async Task Two_chats_at_once_give_what_each_gives_alone()
    {
        RgbImage mirrored = Mirror(TinyModel.Picture);
        Reply[] alone = [await Ask(TinyModel.Picture), await Ask(mirrored)];
        for (int round = 0; round < 3; round++)
        {
            Reply[] together = await Task.WhenAll(Task.Run(() => Ask(TinyModel.Picture)), Task.Run(() => Ask(mirrored)));
            for (int i = 0; i < 2; i++)
            {
                AssertSame(alone[i], together[i]);
            }
        }

        async Task<Reply> Ask(RgbImage picture)
        {
            using ImageChat chat = tiny.Model.StartChat(picture);
            await chat.AskAsync("Hello?", options: Short);
            return await chat.AskAsync(TinyModel.MaskQuestion, [VisualPrompt.Point(20, 20)], Short);
        }
    }

    [Fact]
    public async Task A_batch_of_different_questions_and_pictures_gives_what_each_gives_alone()
    {
        RgbImage picture = TinyModel.Picture;
        ImageQuestion[] questions =
        [
            new(picture, TinyModel.MaskQuestion),
            new(Mirror(picture), "What is <region> in the image?", [VisualPrompt.Box(10, 10, 100, 90)]),
            new(
                picture,
                "Can you describe the area <mark>? Please respond with interleaved segmentation masks.",
                [VisualPrompt.Point(30, 40)]
            ),
        ];
        IReadOnlyList<Reply> batch = tiny.Model.AskBatch(questions, Short);
        for (int i = 0; i < questions.Length; i++)
        {
            using ImageChat chat = tiny.Model.StartChat(questions[i].Image);
            AssertSame(await chat.AskAsync(questions[i].Text, questions[i].Prompts, Short), batch[i]);
        }

        Assert.Empty(tiny.Model.AskBatch([]));
    }

    [Fact]
    public async Task A_chat_answers_one_question_at_a_time()
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        await using IAsyncEnumerator<ReplyUpdate> answering = chat.StreamAsync("Say much.").GetAsyncEnumerator();
        await answering.MoveNextAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => chat.AskAsync("And?"));
    }

    [Theory]
    [InlineData("", "The question is empty")]
    [InlineData("  ", "The question is empty")]
    [InlineData("What is <mark>?", "1 placeholder(s)")]
    [InlineData("<image> What?", "must not contain '<image>'")]
    public async Task Questions_that_cannot_be_asked_are_refused(string question, string reason)
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        Assert.Contains(
            reason,
            (await Assert.ThrowsAsync<OmgLlavaException>(() => chat.AskAsync(question))).Message,
            StringComparison.Ordinal
        );
    }

    public static TheoryData<VisualPrompt, string> BadPrompts =>
        new()
        {
            { VisualPrompt.Point(150, 20), "The point (150, 20) lies outside the image of 150 x 100 pixels" },
            { VisualPrompt.Point(-1, 20), "outside the image" },
            { VisualPrompt.Point(float.NaN, 20), "outside the image" },
            { VisualPrompt.Box(10, 10, 10, 40), "The box (10, 10, 10, 40) is empty" },
            { VisualPrompt.Box(50, 10, 10, 40), "is empty" },
            { VisualPrompt.Box(10, 10, 151, 40), "reaches outside the image of 150 x 100 pixels" },
            { VisualPrompt.Region(new Mask(10, 10, new bool[100])), "The mask is 10 x 10 pixels, but the image is 150 x 100" },
            { VisualPrompt.Region(new Mask(150, 100, new bool[15000])), "The mask is empty" },
        };

    [Theory, MemberData(nameof(BadPrompts), DisableDiscoveryEnumeration = true)]
    public async Task Prompts_that_do_not_fit_the_picture_are_refused_and_the_chat_goes_on(VisualPrompt prompt, string reason)
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        Assert.Contains(
            reason,
            (await Assert.ThrowsAsync<OmgLlavaException>(() => chat.AskAsync("What is it?", [prompt]))).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(0, chat.Length);
        Assert.NotEmpty((await chat.AskAsync(TinyModel.MaskQuestion, options: Short)).Tokens);
    }

    /// <summary>The second answer, from the whole conversation in one sequence without any cache of earlier turns.</summary>
    private int[] Recompute(PerceivedImage image, Reply first, string question)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Tensor opening = new QuestionEmbedder(tiny.Model, image).Embed(TinyModel.MaskQuestion, []).ToTorch();
        Tensor answer = tiny.Model.Language.Embed(tensor(first.Tokens.Select(token => (long)token).ToArray()).unsqueeze(0));
        Tensor next = tiny.Model.Language.Embed(
            tensor(tiny.Model.Config.Template.NextTurn(tiny.Model.Tokenizer, question).Select(id => (long)id).ToArray())
                .unsqueeze(0)
        );
        using IKeyValueCache cache = tiny.Model.Language.CreateCache();
        return
        [
            .. tiny
                .Model.Generator.Generate(cat([opening, answer, next], dim: 1), cache, Short)
                .Where(step => step.Hidden is null)
                .Select(step => step.Token),
        ];
    }

    private static void AssertSame(Reply expected, Reply actual)
    {
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.Segments.Count, actual.Segments.Count);
        Assert.All(
            expected.Segments.Zip(actual.Segments),
            pair => Assert.Equal(pair.First.Mask?.ToRle().ToString(), pair.Second.Mask?.ToRle().ToString())
        );
    }

    private static RgbImage Mirror(RgbImage image)
    {
        byte[] pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            int from = (i / image.Width * image.Width) + (image.Width - 1 - (i % image.Width));
            image.Pixels.Slice(3 * from, 3).CopyTo(pixels.AsSpan(3 * i));
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }
}
