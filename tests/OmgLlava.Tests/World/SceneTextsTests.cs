using System.Globalization;
using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

public class SceneTextsTests(TestArt art) : IClassFixture<TestArt>
{
    private static readonly string[] Numbers =
    [
        "Zero",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
    ];

    [Fact]
    public void Expressions_mean_what_their_words_say()
    {
        SceneRenderer renderer = art.Renderer(11, new WorldOptions { Size = 200 });
        var kinds = new HashSet<(ExpressionKind, bool)>();
        int count = 0;
        for (int index = 0; index < 80; index++)
        {
            Scene scene = renderer.Render(index);
            var reading = new ExpressionReading(scene);
            foreach (
                SceneExpression expression in new ExpressionWriter(
                    scene,
                    renderer.Vocabulary,
                    SceneRandom.For(11, index, 0)
                ).Write()
            )
            {
                Assert.True(
                    expression.Targets.SequenceEqual(reading.Targets(expression.Text)),
                    $"scene {index}: '{expression.Text}' means [{string.Join(", ", expression.Targets)}], read as "
                        + $"[{string.Join(", ", reading.Targets(expression.Text))}]"
                );
                kinds.Add((expression.Kind, expression.Targets.Count > 0));
                count++;
            }
        }

        Assert.True(count > 2000, $"only {count} expressions");
        Assert.All(Enum.GetValues<ExpressionKind>(), kind => Assert.Contains((kind, true), kinds));
        Assert.All(
            Enum.GetValues<ExpressionKind>().Where(kind => kind != ExpressionKind.Size),
            kind => Assert.Contains((kind, false), kinds)
        );
    }

    [Fact]
    public void An_expression_that_people_could_disagree_about_is_not_written()
    {
        SceneRenderer renderer = art.Renderer(12);
        for (int index = 0; index < 40; index++)
        {
            Scene scene = renderer.Render(index);
            IReadOnlyList<SceneExpression> all = new ExpressionWriter(
                scene,
                renderer.Vocabulary,
                SceneRandom.For(12, index, 0)
            ).Write();
            string[] doubtful = [.. scene.Things.SelectMany(thing => thing.Category.DoubtfulKinds).Distinct()];
            Assert.DoesNotContain(all, expression => doubtful.Contains(expression.Text["the ".Length..]));
            Assert.Equal(all.Count, all.Select(expression => expression.Text).Distinct().Count());
        }
    }

    [Fact]
    public void Lists_name_every_thing_in_the_order_they_are_asked_for()
    {
        SceneRenderer renderer = art.Renderer(16);
        for (int index = 0; index < 20; index++)
        {
            Scene scene = renderer.Render(index);
            ConversationTurn[] lists = [.. ListWriter.Write(scene)];
            Check("left to right", (a, b) => a.Box.Center.X <= b.Box.Center.X);
            Check("top to bottom", (a, b) => a.Box.Center.Y <= b.Box.Center.Y);
            Check("largest to the smallest", (a, b) => a.Area >= b.Area);

            void Check(string order, Func<SceneThing, SceneThing, bool> inOrder)
            {
                string[] items = Assert
                    .Single(lists, list => list.Question.Contains(order, StringComparison.Ordinal))
                    .Answer.TrimEnd('.')
                    .Split(", ");
                Assert.Equal(scene.Things.Count, items.Length);
                SceneThing[] left = [.. scene.Things];
                SceneThing? before = null;
                foreach (string item in items)
                {
                    // The next thing in order among those left: it is no other that the words must fit.
                    SceneThing next = left.First(thing => left.All(other => inOrder(thing, other)));
                    Assert.True(before is null || inOrder(before, next));
                    Assert.Contains(next.Category.Name, item, StringComparison.Ordinal);
                    if (item.Contains("left", StringComparison.Ordinal))
                    {
                        Assert.InRange(next.Box.Center.X / scene.Picture.Width, 0, 0.31f);
                    }

                    if (item.Contains("bottom", StringComparison.Ordinal))
                    {
                        Assert.InRange(next.Box.Center.Y / scene.Picture.Height, 0.69f, 1);
                    }

                    (left, before) = ([.. left.Where(thing => thing != next)], next);
                }
            }
        }
    }

    [Fact]
    public void Captions_name_every_thing_once_from_left_to_right_and_their_phrases_are_where_they_say()
    {
        SceneRenderer renderer = art.Renderer(13);
        for (int index = 0; index < 40; index++)
        {
            Scene scene = renderer.Render(index);
            SceneCaption caption = SceneTexts.Write(scene, renderer.Vocabulary, 13).Caption;
            int[] named = [.. caption.Phrases.SelectMany(phrase => phrase.Segments)];
            Assert.Equal(scene.Things.Select(thing => thing.Id), named.Where(id => id <= scene.Things.Count).Order());
            Assert.Equal(named.Length, named.Distinct().Count());
            foreach (
                IGrouping<StuffKind, ScenePhrase> place in caption
                    .Phrases.Where(phrase => phrase.Segments[0] <= scene.Things.Count)
                    .GroupBy(phrase => scene.Things[phrase.Segments[0] - 1].Placing)
            )
            {
                float[] lefts = [.. place.Select(phrase => phrase.Segments.Min(id => scene.Things[id - 1].Box.Center.X))];
                Assert.Equal(lefts.Order(), lefts);
            }

            int at = 0;
            foreach (ScenePhrase phrase in caption.Phrases)
            {
                Assert.True(phrase.Start >= at && phrase.End > phrase.Start && phrase.End <= caption.Text.Length);
                string words = caption.Text[phrase.Start..phrase.End];
                string noun =
                    phrase.Segments[0] > scene.Things.Count ? scene.Stuffs[phrase.Segments[0] - scene.Things.Count - 1].Kind.Name
                    : phrase.Segments.Count > 1 ? scene.Things[phrase.Segments[0] - 1].Category.Plural
                    : scene.Things[phrase.Segments[0] - 1].Category.Name;
                Assert.EndsWith(noun, words, StringComparison.Ordinal);
                at = phrase.End;
            }
        }
    }

    [Fact]
    public void Answers_about_pictures_are_true()
    {
        SceneRenderer renderer = art.Renderer(14);
        var asked = new HashSet<SceneQuestionKind>();
        for (int index = 0; index < 60; index++)
        {
            Scene scene = renderer.Render(index);
            foreach (SceneQuestion question in SceneTexts.Write(scene, renderer.Vocabulary, 14).PictureQuestions)
            {
                asked.Add(question.Kind);
                int Of(string noun) =>
                    scene.Things.Count(thing =>
                        thing.Category.Is(noun)
                        || thing.Category.Plural == noun
                        || thing.Category.Kinds.Any(kind =>
                            $"{kind}s" == noun || kind.Replace("piece ", "pieces ", StringComparison.Ordinal) == noun
                        )
                    );
                string subject = question.Question.TrimEnd('?');
                switch (question.Kind)
                {
                    case SceneQuestionKind.Exists:
                        string noun = subject["Is there ".Length..^" in the picture".Length];
                        Assert.Equal(
                            question.Answer == "Yes.",
                            Of(noun[(noun.IndexOf(' ', StringComparison.Ordinal) + 1)..]) > 0
                        );
                        break;
                    case SceneQuestionKind.Count:
                        Assert.Equal($"{Numbers[Of(subject["How many ".Length..^" are there".Length])]}.", question.Answer);
                        break;
                    case SceneQuestionKind.Color:
                        SceneThing colored = scene.Things.Single(thing =>
                            thing.Category.Name == subject["What color is the ".Length..]
                        );
                        string color = ColorNames.All[colored.ColorShares.Index().MaxBy(pair => pair.Item).Index];
                        Assert.Equal($"{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(color)}.", question.Answer);
                        break;
                    default:
                        SceneThing placed = scene.Things.Single(thing =>
                            thing.Category.Name == subject["Where is the ".Length..]
                        );
                        float x = placed.Box.Center.X / scene.Picture.Width;
                        float y = placed.Box.Center.Y / scene.Picture.Height;
                        Assert.Equal(
                            (x < 1 / 3f, x > 2 / 3f, y < 1 / 3f, y > 2 / 3f),
                            (
                                question.Answer.Contains("left", StringComparison.Ordinal),
                                question.Answer.Contains("right", StringComparison.Ordinal),
                                question.Answer.Contains("top", StringComparison.Ordinal),
                                question.Answer.Contains("bottom", StringComparison.Ordinal)
                            )
                        );
                        break;
                }
            }
        }

        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public void Turns_have_a_prompt_for_each_placeholder_and_a_mask_for_each_segment()
    {
        SceneRenderer renderer = art.Renderer(15);
        var tasks = new HashSet<SceneTask>();
        for (int index = 0; index < 30; index++)
        {
            Scene scene = renderer.Render(index);
            foreach (SceneTurn turn in SceneDialogue.Write(scene, renderer.Vocabulary, 15))
            {
                tasks.Add(turn.Task);
                Assert.Equal(
                    turn.Turn.Prompts.Count,
                    turn.Turn.Question.Split("<mark>").Length + turn.Turn.Question.Split("<region>").Length - 2
                );
                Assert.Equal(turn.Turn.Masks.Count, turn.Turn.Answer.Split("[SEG]").Length - 1);
                Assert.All(turn.Turn.Masks, mask => Assert.False(mask.IsEmpty));
                Assert.All(
                    turn.Turn.Prompts.OfType<VisualPrompt.PointPrompt>(),
                    prompt => Assert.Contains(scene.Things, thing => thing.Mask[(int)prompt.At.X, (int)prompt.At.Y])
                );
            }
        }

        Assert.Equal(Enum.GetValues<SceneTask>().Length, tasks.Count);
    }

    /// <summary>Of what compares conversations may ask twice as much; each only once, and no kind drowns the others.</summary>
    [Fact]
    public void Conversations_choose_from_more_expressions_than_folders_keep()
    {
        SceneRenderer renderer = art.Renderer(16);
        var counts = new Dictionary<SceneTask, (int Kept, int Asked)>();
        for (int index = 0; index < 30; index++)
        {
            Scene scene = renderer.Render(index);
            SceneTexts kept = SceneTexts.Write(scene, renderer.Vocabulary, 16);
            SceneTexts many = SceneTexts.WriteMany(scene, renderer.Vocabulary, 16);
            Assert.Distinct(many.Expressions.Select(expression => expression.Text));
            Assert.All(
                many.Expressions.GroupBy(expression => (expression.Kind, expression.Targets.Count > 0)),
                group => Assert.InRange(group.Count(), 1, 12)
            );
            foreach (SceneTask task in (SceneTask[])[SceneTask.Comparing, SceneTask.NoTargetComparing])
            {
                (int Kept, int Asked) count = counts.GetValueOrDefault(task);
                counts[task] = (count.Kept + kept.Expressions.Count(Compares), count.Asked + many.Expressions.Count(Compares));

                bool Compares(SceneExpression expression) =>
                    expression.Kind is ExpressionKind.Position or ExpressionKind.Size or ExpressionKind.Relation
                    && expression.Targets.Count == 0 == (task == SceneTask.NoTargetComparing);
            }
        }

        Assert.All(counts.Values, count => Assert.InRange(count.Asked, 2 * Math.Max(1, count.Kept), int.MaxValue));
    }

    /// <summary>Where a form of expression holds at all, a conversation may ask it, however many there are of others.</summary>
    [Fact]
    public void Conversations_have_every_form_of_comparison()
    {
        SceneRenderer renderer = art.Renderer(18);
        int ordinals = 0;
        for (int index = 0; index < 40; index++)
        {
            Scene scene = renderer.Render(index);
            SceneExpression[] asked =
            [
                .. SceneTexts
                    .WriteMany(scene, renderer.Vocabulary, 18)
                    .Expressions.Where(expression => expression.Targets.Count > 0),
            ];
            foreach (
                string form in (string[])
                    ["second ", "the smallest ", "the largest ", " behind ", " to the left of ", "the broken "]
            )
            {
                bool holds = new ExpressionWriter(scene, renderer.Vocabulary, SceneRandom.For(18, index, 1000))
                    .Write()
                    .Any(expression => expression.Targets.Count > 0 && expression.Text.Contains(form, StringComparison.Ordinal));
                bool isAsked = asked.Any(expression => expression.Text.Contains(form, StringComparison.Ordinal));
                // of ordinals, third ones may come first
                Assert.True(
                    holds == isAsked || (holds && form == "second "),
                    $"scene {index}: '{form}' holds: {holds}, asked: {isAsked}"
                );
                ordinals += form == "second " && isAsked ? 1 : 0;
            }
        }

        Assert.InRange(ordinals, 5, int.MaxValue);
    }

    [Fact]
    public void Conversations_count_all_things_and_what_is_not_there()
    {
        SceneRenderer renderer = art.Renderer(19);
        for (int index = 0; index < 20; index++)
        {
            Scene scene = renderer.Render(index);
            IReadOnlyList<SceneQuestion> questions = SceneTexts.WriteMany(scene, renderer.Vocabulary, 19).PictureQuestions;
            Assert.Equal(
                $"{Numbers[scene.Things.Count]}.",
                Assert.Single(questions, question => question.Question == "How many things are there?").Answer,
                ignoreCase: true
            );
            Assert.InRange(
                questions.Count(question => question.Kind == SceneQuestionKind.Count && question.Answer == "Zero."),
                2,
                4
            );
            Assert.Distinct(questions.Select(question => question.Question));
            Assert.DoesNotContain(
                SceneTexts.Write(scene, renderer.Vocabulary, 19).PictureQuestions,
                question => question.Question == "How many things are there?"
            );
        }
    }

    /// <summary>Wherever a word depends on a number, as many segments are meant as it says; what an expression without a target
    /// means is nothing.</summary>
    [Fact]
    public void Answers_know_how_many_they_count()
    {
        SceneRenderer renderer = art.Renderer(17);
        var tasks = new Dictionary<SceneTask, HashSet<int>>();
        for (int index = 0; index < 30; index++)
        {
            Scene scene = renderer.Render(index);
            foreach (SceneTurn turn in SceneDialogue.Write(scene, renderer.Vocabulary, 17))
            {
                foreach (AnswerSubject subject in turn.Turn.Subjects.Where(subject => subject.Number is not null))
                {
                    int number = subject.Number!.Value;
                    Assert.Equal(number, scene.SegmentIds.Where((_, pixel) => subject.Mask.Pixels[pixel]).Distinct().Count());
                    string words = turn.Turn.Answer[subject.Start..];
                    Assert.Equal(
                        turn.Task is SceneTask.NoTarget or SceneTask.NoTargetComparing,
                        words == SegmentationTemplate.Refusals[0]
                    );
                    if (turn.Task == SceneTask.Count || (turn.Task == SceneTask.Caption && number > 1))
                    {
                        Assert.StartsWith(Numbers[number], words, StringComparison.OrdinalIgnoreCase);
                    }

                    (tasks.TryGetValue(turn.Task, out HashSet<int>? seen) ? seen : tasks[turn.Task] = []).Add(number);
                }
            }
        }

        Assert.All((SceneTask[])[SceneTask.NoTarget, SceneTask.NoTargetComparing], task => Assert.Equal([0], tasks[task]));
        Assert.All(
            (SceneTask[])[SceneTask.Count, SceneTask.Caption, SceneTask.Referring, SceneTask.Reasoning],
            task => Assert.True(tasks[task].Count > 1, $"{task}")
        );
        Assert.All(
            (SceneTask[])[SceneTask.Comparing, SceneTask.Condition, SceneTask.Stuff],
            task => Assert.Equal([1], tasks[task])
        );
    }

    /// <summary>What questions name in a scene, checked by its things: singular and plural, categories, kinds and ground, and
    /// what is not there.</summary>
    [Fact]
    public void Nouns_of_questions_name_what_is_in_the_picture()
    {
        SceneRenderer renderer = art.Renderer(15);
        int there = 0;
        int absent = 0;
        for (int index = 0; index < 10; index++)
        {
            Scene scene = renderer.Render(index);
            foreach (ConversationTurn turn in SceneDialogue.Write(scene, renderer.Vocabulary, 15).Select(turn => turn.Turn))
            {
                foreach (QuestionMention mention in turn.Mentions)
                {
                    string word = turn.Question[mention.Start..mention.End].ToLowerInvariant();
                    SceneThing[] things =
                    [
                        .. scene.Things.Where(thing =>
                            thing
                                .Category.Kinds.SelectMany(kind => (string[])[kind, English.Plural(kind)])
                                .Append(thing.Category.Name)
                                .Append(thing.Category.Plural)
                                .Contains(word)
                        ),
                    ];
                    Mask expected = scene.Union([
                        .. things.Select(thing => thing.Id),
                        .. scene.Stuffs.Where(stuff => stuff.Kind.Name == word).Select(stuff => stuff.Id),
                    ]);
                    Assert.True(expected.Pixels.SequenceEqual(mention.Mask.Pixels), $"'{word}' in '{turn.Question}'");
                    _ = mention.Mask.IsEmpty ? absent++ : there++;
                }

                if (turn.Answer is "Yes." or "No." && turn.Prompts.Count == 0 && turn.Mentions.Count > 0) // but for typing errors
                {
                    Assert.Equal(turn.Answer == "No.", Assert.Single(turn.Mentions).Mask.IsEmpty);
                }
            }
        }

        Assert.True(there > 200 && absent > 50, $"{there}, {absent}");
    }
}
