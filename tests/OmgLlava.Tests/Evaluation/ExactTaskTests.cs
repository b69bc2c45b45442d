using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;

namespace OmgLlava.Tests.Evaluation;

public class ExactTaskTests
{
    [Fact]
    public void An_answer_that_claims_to_know_nothing_is_counted_apart_from_wrong_names()
    {
        ExactQuestion[] questions =
        [
            .. "abcde".Select(id => new ExactQuestion($"{id}", "", "a.png", "What?", "tiger", () => [])),
        ];
        var task = new ExactTask("name", questions);
        string[] answers = ["Something.", "a cat", "a tiger", "something", "I was not taught the word \"tiger\"."];
        Measure[] measures = [.. task.Measure([.. answers.Select((text, i) => (i, new Prediction(text, [])))])];
        Assert.Equal(
            [("exact", 0.2), ("answered \"something\"", 0.4), ("answered \"I was not taught ...\"", 0.2)],
            measures.Select(m => (m.Name, m.Value))
        );
    }
}
