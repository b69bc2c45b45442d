namespace OmgLlava.Tests;

public class QuestionTextTests
{
    [Theory]
    [InlineData("HOW MANY DOGS ARE THERE?", "How many dogs are there?")]
    [InlineData("\"Where is the cat?\"", "Where is the cat?")]
    [InlineData("\u201cWhere is the cat?\u201d", "Where is the cat?")]
    [InlineData("What is on the TV?", "What is on the TV?")]
    [InlineData("There are some marks: Mark 1 <mark>.\nWhat is it? ", "There are some marks: Mark 1 <mark>.\nWhat is it? ")]
    [InlineData("A \"red\" cup and a 'blue' one", "A \"red\" cup and a 'blue' one")]
    [InlineData("TV?", "TV?")]
    [InlineData("\uc774\uac83\uc740 \ubb34\uc5c7\uc785\ub2c8\uae4c?", "\uc774\uac83\uc740 \ubb34\uc5c7\uc785\ub2c8\uae4c?")]
    public void What_is_written_with_care_stays(string question, string expected) =>
        Assert.Equal(expected, QuestionText.Tidy(question));

    [Theory]
    [InlineData("the red apple", "the red apple")]
    [InlineData("The red apple.", "the red apple")]
    [InlineData("THE RED APPLE", "the red apple")]
    [InlineData("'the red apple', please", "the red apple")]
    [InlineData("\"the red apple\"", "the red apple")]
    [InlineData("the red apple, please!", "the red apple")]
    [InlineData("please the red apple", "the red apple")]
    [InlineData("the dog's bowl", "the dog's bowl")]
    [InlineData("?", "?")]
    public void An_expression_fits_into_a_question(string expression, string expected) =>
        Assert.Equal(expected, QuestionText.Expression(expression));
}
