namespace OmgLlava.Tests;

/// <summary>Stop texts are found wherever pieces end, and the text is cut exactly there.</summary>
public class StopCutTests
{
    [Theory]
    [InlineData("one\ntwo", "one", "\n")]
    [InlineData("one, two, three", "one", ", ")]
    [InlineData("abcabd", "abc", "abd")]
    [InlineData("aaaab", "a", "aaab")]
    [InlineData("no stop here", "no stop here", "there")]
    [InlineData("the end", "the ", "nd", "end")]
    [InlineData("STOP", "", "STOP")]
    public void The_text_ends_before_the_first_stop_text_in_whatever_pieces_it_comes(
        string text,
        string expected,
        params string[] stops
    )
    {
        for (int size = 1; size <= text.Length; size++)
        {
            var cut = new StopCut(stops);
            string given = "";
            foreach (char[] piece in text.Chunk(size))
            {
                cut.Add(new string(piece), null);
                Take();
                Assert.StartsWith(given, expected, StringComparison.Ordinal); // nothing was given that must not be
            }

            cut.Finish();
            Take();
            Assert.Equal((expected, expected.Length, expected != text), (given, cut.Given, cut.Found));

            void Take()
            {
                while (cut.TryTake(out (string Text, int? Phrase) part))
                {
                    given += part.Text;
                }
            }
        }
    }
}
