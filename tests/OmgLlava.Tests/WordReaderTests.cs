using OmgLlava.Words;

namespace OmgLlava.Tests;

/// <summary>What people say, in the words that the model of the program was taught.</summary>
public class WordReaderTests
{
    private static readonly string Nano = Path.Combine(Repository.Root, "models", "nano-drawn");

    private static readonly WordReader Reader = new(ModelWords.Load(Nano)!);

    [Theory]
    [InlineData("the strawberry", "the strawberry")]
    [InlineData("Segment strawberry", "the strawberry")]
    [InlineData("SEGMENT THE STRAWBERRY!", "the strawberry")]
    [InlineData("Could you kindly segment out the umbrella for me, please?", "the umbrella")]
    [InlineData("Segment \u201cthe bike\u201d.", "the bicycle")]
    [InlineData("find my bikes", "all bicycles")]
    [InlineData("Please segment the Aeroplane in this image.", "the airplane")]
    [InlineData("the grey cat", "the gray cat")]
    [InlineData("Show me a red coloured car", "the red car")]
    [InlineData("the biggest car", "the largest car")]
    [InlineData("left cat", "the cat on the left")]
    [InlineData("the 2nd strawberry from left", "the second strawberry from the left")]
    [InlineData("first dog from the right", "the rightmost dog")]
    [InlineData("the last cat", "the rightmost cat")]
    [InlineData("cat beside the tree", "the cat next to the tree")]
    [InlineData("the car that is standing behind a bus", "the car behind the bus")]
    [InlineData("the car left of the bus", "the car to the left of the bus")]
    [InlineData("all the cats", "all cats")]
    [InlineData("every cat", "all cats")]
    [InlineData("all fish", "all fish")]
    [InlineData("Please segment all fish in this image.", "all fish")]
    [InlineData("give me all the masks of the bananas", "all bananas")]
    [InlineData("Can you find the lowest apple?", "the lowest apple")]
    [InlineData("scissors", "the pair of scissors")]
    [InlineData("the red thing", "the red one")]
    [InlineData("the upside-down thing", "the upside-down thing")]
    [InlineData("something you can use to cut paper", "what you would use to cut paper")]
    [InlineData("Which animal gives milk?", "the animal that gives milk")]
    [InlineData("Which cat is on the left?", "the cat on the left")]
    [InlineData("the starwberry", "the strawberry")]
    [InlineData("teh umbrela", "the umbrella")]
    [InlineData("Where in this picture is the cat? Reply with its mask.", "the cat")]
    public void Wishes_for_a_mask(string question, string expression) =>
        Assert.Equal(new UnderstoodQuestion($"Please segment {expression} in this image.", expression), Read(question));

    [Theory]
    [InlineData("Can you see any cats?", "Is there a cat in the picture?")]
    [InlineData("does the image show an aeroplane", "Is there an airplane in the picture?")]
    [InlineData("Count the dogs, please.", "How many dogs are there?")]
    [InlineData("What's the number of strawberries in this photo?", "How many strawberries are there?")]
    [InlineData("how many sheep can you see?", "How many sheep are there?")]
    [InlineData("Which colour has the umbrella?", "What color is the umbrella?")]
    [InlineData("Tell me the color of the cat", "What color is the cat?")]
    [InlineData("Where's the dog?", "Where is the dog?")]
    [InlineData("Where can I find the key", "Where is the key?")]
    [InlineData("What objects can you see in the image?", "List the things in the picture from left to right.")]
    public void Questions_for_words(string question, string trained) =>
        Assert.Equal(new UnderstoodQuestion(trained), Read(question));

    [Theory]
    [InlineData("What is <region>?", "What is the object marked by <region>? Answer with its name.")]
    [InlineData("what's this", "What is the object marked by <region>? Answer with its name.")]
    [InlineData("What colour is this?", "There are some marks: Mark 1 <region>.\nWhat color is Mark 1?")]
    public void Questions_about_what_is_pointed_at(string question, string trained) =>
        Assert.Equal(new UnderstoodQuestion(trained), Reader.Read(question, [VisualPrompt.Box(1, 1, 9, 9)]));

    [Theory]
    [InlineData("Is the cat bigger than the dog?")]
    [InlineData("Tell me a joke about cats.")]
    [InlineData("What color is it?")]
    [InlineData("Give me a full account of the picture, with interleaved segmentation masks for what you mention.")]
    [InlineData("Describe this picture closely and put a segmentation mask behind every part you name.")]
    public void What_no_training_question_means_stays(string question) =>
        Assert.Equal(new UnderstoodQuestion(question), Read(question));

    [Theory]
    [InlineData("Is there a submarine?", "\"submarine\", so I cannot say; the published OMG-LLaVA (docs/published-weights.md)")]
    [InlineData("segment the goat", "\"goat\"")] // no boat, no coat
    [InlineData("segment the hat on the goose", "\"goose\"")]
    [InlineData("Wo ist der Hund?", "auf Englisch")]
    [InlineData("\u00bfD\u00f3nde est\u00e1 el gato?", "en ingl\u00e9s")]
    public void What_cannot_be_understood_is_said(string question, string part) =>
        Assert.Contains(part, Read(question).Answer, StringComparison.Ordinal);

    [Fact]
    public void Trained_words_stay_and_what_is_read_once_is_read()
    {
        string[] names = [.. ModelWords.Load(Nano)!.Nouns.Select(noun => noun.Split('/')[0])];
        foreach (string name in names)
        {
            string expression = $"the {name}";
            Assert.Equal(
                $"Please segment {expression} in this image.",
                Read($"Please segment {expression} in this image.").Question
            );
            Assert.Equal($"Where is {expression}?", Read($"Where is {expression}?").Question);
        }

        foreach (string other in ModelWords.Load(Nano)!.Synonyms.Keys)
        {
            UnderstoodQuestion once = Read($"segment the {other}");
            Assert.Null(once.Answer);
            Assert.Equal(once, Read(once.Question));
        }
    }

    [Fact]
    public void No_word_of_the_dictionary_becomes_another_thing()
    {
        foreach (string word in ModelWords.Load(Nano)!.NotSlips.Except(EnglishPhrases.Same.Keys).Where(word => word.Length > 3))
        {
            UnderstoodQuestion read = Read($"segment the {word}");
            Assert.True(read.Answer is not null || read.Expression is null, $"{word}: {read.Question}");
        }
    }

    [Fact]
    public void A_model_without_a_list_keeps_the_users_words()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ModelWords.Load(folder.Path));
        File.WriteAllText(folder["words.json"], """{ "format": 1, "language": "English", "nouns": ["cat", " "] }""");
        Assert.Contains(
            "a word that is empty",
            Assert.Throws<OmgLlavaException>(() => ModelWords.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(folder["words.json"], "[1]");
        Assert.Contains(
            "is not a list of words",
            Assert.Throws<OmgLlavaException>(() => ModelWords.Load(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    private static UnderstoodQuestion Read(string question) => Reader.Read(QuestionText.Tidy(question), []);
}
