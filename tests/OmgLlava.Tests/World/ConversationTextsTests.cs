using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

/// <summary>What conversations about scenes ask beyond what folders keep.</summary>
public class ConversationTextsTests(TestArt art) : IClassFixture<TestArt>
{
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

    /// <summary>Whoever is mostly asked about kinds with one thing learns to say "One." without counting.</summary>
    [Fact]
    public void Conversations_count_several_things_as_often_as_single_ones()
    {
        SceneRenderer renderer = art.Renderer(17);
        int single = 0,
            many = 0;
        for (int index = 0; index < 30; index++)
        {
            int[] counts =
            [
                .. SceneTexts
                    .WriteMany(renderer.Render(index), renderer.Vocabulary, 17)
                    .PictureQuestions.Select(question => question.Counted?.Count ?? -1),
            ];
            int several = counts.Count(count => count > 1);
            Assert.InRange(counts.Count(count => count == 1), 0, Math.Max(1, several));
            Assert.InRange(counts.Count(count => count == 0), 1, 3);
            (single, many) = (single + counts.Count(count => count == 1), many + several);
        }

        Assert.InRange(single, 1, many);
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
                $"{SpelledNumbers.All[scene.Things.Count]}.",
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
                        Assert.StartsWith(SpelledNumbers.All[number], words, StringComparison.OrdinalIgnoreCase);
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
