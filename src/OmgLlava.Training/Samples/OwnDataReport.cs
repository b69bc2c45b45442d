using OmgLlava.Data;
using OmgLlava.Language;
using OmgLlava.Training.Recipes;

namespace OmgLlava.Training.Samples;

/// <summary>What a recipe finds in a person's own data, in lines for people.</summary>
internal static class OwnDataReport
{
    private const int Named = 5;

    /// <summary>How much there is of each task, and which answers are longer than the recipe lets the model read.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Empty for rendered scenes.</returns>
    /// <exception cref="OmgLlavaException">The data are missing or damaged.</exception>
    public static IReadOnlyList<string> Of(Recipe recipe)
    {
        if (recipe.Data.Folder is null)
        {
            return [];
        }

        var folder = DataFolder.Open(recipe.Data.Folder, recipe.Data.Split);
        var lines = new List<string>(folder.Summary());
        if (recipe.Model is not null && recipe.Stage is RecipeStage.Pretraining or RecipeStage.InstructionTuning)
        {
            var tokenizer = Tokenizer.Load(recipe.Model!);
            string[] cut =
            [
                .. folder
                    .Kinds.SelectMany(kind =>
                        folder
                            .ConversationsOf(kind)
                            .Select(conversation => Cut(kind, conversation, tokenizer, recipe.Data.MaxTokens))
                    )
                    .OfType<string>(),
            ];
            lines.AddRange(cut.Take(Named));
            if (cut.Length > Named)
            {
                lines.Add($"and {cut.Length - Named} more that are cut off");
            }
        }

        return lines;
    }

    private static string? Cut(DataKind kind, Conversation conversation, Tokenizer tokenizer, int most)
    {
        int longest = conversation.Turns.Max(turn => tokenizer.Encode(turn.Answer).Count);
        return longest > most
            ? $"{FileOf(kind)}, record '{conversation.Id}': an answer of {longest} tokens is cut off at {most}; raise "
                + $"data.max_tokens or shorten it"
            : null;
    }

    private static string FileOf(DataKind kind) =>
        kind == DataKind.Names ? "instances.json" : $"{kind.ToString().ToLowerInvariant()}.json";
}
