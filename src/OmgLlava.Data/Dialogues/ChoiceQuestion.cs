using OmgLlava.Imaging;

namespace OmgLlava.Data.Dialogues;

/// <summary>A question with answers to choose from.</summary>
/// <param name="Index">
/// Its number. Numbers that are the same modulo a million are one question with its answers in another order, which count
/// together.
/// </param>
/// <param name="Text">The question.</param>
/// <param name="Hint">What one must know to answer it; empty for nothing.</param>
/// <param name="Options">The letters with their answers.</param>
/// <param name="Answer">The right letter; null in a test set.</param>
/// <param name="Category">The ability that it tests; empty where the file names none.</param>
/// <param name="Group">The group of abilities (<c>l2-category</c>); empty where the file names none.</param>
/// <param name="ImageFile">The picture's file in memory.</param>
public sealed record ChoiceQuestion(
    long Index,
    string Text,
    string Hint,
    IReadOnlyList<(char Letter, string Text)> Options,
    char? Answer,
    string Category,
    string Group,
    byte[] ImageFile
)
{
    /// <summary>How it is put to the model, as published: hint, question, answers with their letters, and the wish for the letter
    /// alone.</summary>
    public string Prompt
    {
        get
        {
            string options = string.Concat(Options.Select(option => $"{option.Letter}. {option.Text}\n"));
            string hint = Hint.Length == 0 ? "" : $"{Hint}\n";
            bool chinese = Text.Any(c => c is >= '\u4e00' and <= '\u9fff') || Hint.Any(c => c is >= '\u4e00' and <= '\u9fff');
            return $"{hint}{Text}\n{options}{(chinese ? "请直接回答选项字母。" : "Answer with the option's letter from the given choices directly.")}";
        }
    }

    /// <summary>Decodes the picture.</summary>
    /// <exception cref="OmgLlavaException">It is damaged.</exception>
    public RgbImage LoadImage() => Imaging.ImageFile.Decode(ImageFile, $"the image of question {Index}");
}
