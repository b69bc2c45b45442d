namespace OmgLlava.Tests;

/// <summary>What is wanted is found in the words, however it is said.</summary>
public class QuestionIntentTests
{
    [Theory]
    [InlineData("Segment the strawberry", "the strawberry")]
    [InlineData("segment the strawberry.", "the strawberry")]
    [InlineData("Please segment the strawberry", "the strawberry")]
    [InlineData("Can you segment the red cup in the picture?", "the red cup")]
    [InlineData("Could you please outline the dog?", "the dog")]
    [InlineData("Highlight the second cat from the left, please!", "the second cat from the left")]
    [InlineData("I want you to mask out the person on the bench", "the person on the bench")]
    [InlineData("Give me the mask of the strawberry", "the strawberry")]
    [InlineData("mask of the left shoe please", "the left shoe")]
    [InlineData("Find the segmentation mask for a red apple in this photo.", "a red apple")]
    [InlineData("Cut out the bottle", "the bottle")]
    [InlineData("딸기를 분할해 줘", "딸기")]
    [InlineData("고양이 마스크를 보여 주세요", "고양이")]
    public void A_wish_for_a_mask_is_put_into_the_models_words(string question, string expression)
    {
        Assert.Equal(($"Please segment {expression} in this image.", expression), Questions.Understand(question));
    }

    [Theory]
    [InlineData("Segment everything")]
    [InlineData("Describe the image with masks.")]
    [InlineData("Please describe it with segmentation masks")]
    [InlineData("segment the whole picture")]
    public void A_wish_for_all_masks_is_a_grounded_description(string question) =>
        Assert.Equal((Questions.Ground, null), Questions.Understand(question));

    [Theory]
    [InlineData("Please segment the cat in the image.")] // the published words
    [InlineData("What is this?")]
    [InlineData("How many segments does the orange have?")]
    [InlineData("Which market segment is shown?")]
    [InlineData("Is the man wearing a mask?")]
    [InlineData("What is the mask of the man made of?")]
    [InlineData("Segment the cup and tell me its colour.")]
    [InlineData("Segment the cup. What is it made of?")]
    [InlineData("Segment <mark>")]
    [InlineData("Highlight what is unusual?  Why?")]
    [InlineData("")]
    [InlineData("segment")]
    [InlineData("Where in this picture is the cup? Reply with its mask.")]
    public void Anything_else_stays_as_it_is(string question) => Assert.Equal((question, null), Questions.Understand(question));
}
