using System.Globalization;
using OmgLlava.Torch;
using OmgLlava.Training.Recipes;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>
/// The state of training in one safetensors file: exact weights, both moments, and in its header the step and the recipe, from
/// which schedule, data position and random numbers follow. A new one replaces the old one only when it is whole.
/// </summary>
internal static class Checkpoint
{
    public const string Name = "checkpoint.safetensors";

    private const string StepKey = "step";
    private const string RecipeKey = "recipe";

    public static string Path(Recipe recipe) => System.IO.Path.Combine(recipe.Output, Name);

    /// <summary>Writes the state.</summary>
    /// <exception cref="OmgLlavaException">It cannot be written; the one before is as it was.</exception>
    public static void Save(Recipe recipe, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        TorchTensors.Write(
            Path(recipe),
            optimizer.State().ToDictionary(s => s.Name, s => s.Values),
            new Dictionary<string, string>
            {
                [StepKey] = optimizer.Steps.ToString(CultureInfo.InvariantCulture),
                [RecipeKey] = RecipeJson.Write(recipe),
            }
        );
    }

    /// <summary>Takes the state up.</summary>
    /// <param name="recipe">The recipe as it is now.</param>
    /// <param name="optimizer">Receives the state.</param>
    /// <param name="force">Whether another recipe than the checkpoint's is accepted.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="OmgLlavaException">It is damaged, or belongs to another recipe and <paramref name="force"/> is not
    /// given.</exception>
    public static bool Load(Recipe recipe, AdamW optimizer, bool force)
    {
        string path = Path(recipe);
        if (!File.Exists(path))
        {
            return false;
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(RecipeKey, out string? before) || !file.Metadata.TryGetValue(StepKey, out string? step))
        {
            throw new OmgLlavaException($"'{path}' is not a checkpoint of training; move it away, or begin anew with --restart.");
        }

        IReadOnlyList<string> changes = RecipeJson.Differences(before, RecipeJson.Write(recipe));
        if (changes.Count > 0 && !force)
        {
            throw new OmgLlavaException(
                $"The recipe has changed since the checkpoint '{path}' ({string.Join("; ", changes)}); go on all the same "
                    + $"with --force, or begin anew with --restart."
            );
        }

        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> state = optimizer.State().ToDictionary(s => s.Name, s => s.Values);
        TensorAccount.Of(state.Select(s => TorchTensors.Describe(s.Key, s.Value)), file.Tensors).ThrowIfWrong(path);
        foreach ((string name, Tensor values) in state)
        {
            file.ReadInto(name, values);
        }

        optimizer.Steps = int.Parse(step, CultureInfo.InvariantCulture);
        optimizer.WriteBack();
        return true;
    }

    /// <summary>Removes the state.</summary>
    public static void Delete(Recipe recipe) => File.Delete(Path(recipe));
}
