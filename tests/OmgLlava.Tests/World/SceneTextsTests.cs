using System.Globalization;
using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

/// <summary>What is written about one scene is true.</summary>
public class SceneTextsTests(TestArt art) : IClassFixture<TestArt>
{
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
                        int count = Of(subject["How many ".Length..^" are there".Length]);
                        Assert.Equal($"{SpelledNumbers.All[count]}.", question.Answer);
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
}
