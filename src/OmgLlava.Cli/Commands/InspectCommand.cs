using System.CommandLine;
using System.Globalization;
using OmgLlava.Conversion;
using OmgLlava.Weights;
using OmgLlava.Words;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava inspect PATH</c>: what a model directory or a checkpoint holds.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var command = new Command(
            "inspect",
            "List the tensors of a model directory, a .safetensors file or a PyTorch checkpoint; nothing in it is run."
        );
        var path = new Argument<string>("PATH") { Description = "A folder or a file." };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only tensors whose name contains this.",
            HelpName = "TEXT",
        };
        var words = new Option<bool>("--words")
        {
            Description = "Say instead what the model was taught to be asked (docs/asking.md).",
        };
        var json = new JsonOption("what is found");
        command.Arguments.Add(path);
        command.Options.Add(filter);
        command.Options.Add(words);
        json.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string source = parsed.GetRequiredValue(path);
                if (parsed.GetValue(words))
                {
                    if (!json.Write(parsed, () => InspectJson.Words(source)))
                    {
                        PrintWords(source);
                    }

                    return Task.FromResult(CommandLine.Success);
                }

                using ITensorSource tensors = TensorSources.Open(source);
                string part = parsed.GetValue(filter) ?? "";
                TensorInfo[] shown =
                [
                    .. tensors
                        .Tensors.Values.Where(tensor => tensor.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
                        .OrderBy(tensor => tensor.Name, StringComparer.Ordinal),
                ];
                if (json.Write(parsed, () => InspectJson.Tensors(source, shown)))
                {
                    return Task.FromResult(CommandLine.Success);
                }

                foreach (TensorInfo tensor in shown)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Console.WriteLine(
                        $"{(tensor.Name.Length == 0 ? "(the file is one tensor)" : tensor.Name)}\t{tensor.DType}\t{tensor.ShapeText}"
                    );
                }

                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{shown.Length} tensors, {shown.Sum(tensor => tensor.ElementCount) / 1e6:F2} million elements, "
                            + $"{shown.Sum(tensor => tensor.ByteCount) / 1e6:F1} MB"
                    )
                );
                if (File.Exists(Path.Combine(source, ModelDirectory.ConfigName)) && part.Length == 0)
                {
                    Check(source, tensors);
                }

                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }

    /// <summary>What a model was taught to be asked.</summary>
    private static void PrintWords(string folder)
    {
        string name = ModelDirectory.ReadConfig(folder).Name;
        if (ModelWords.Load(folder) is not { } words)
        {
            Console.WriteLine($"{name} has no {ModelWords.FileName}: questions reach it in your own words.");
            return;
        }

        Console.WriteLine(
            $"""
            {name} is asked in {words.Language}, in these words; other ways to say the same are put into them:
              Please segment the cat on the left in this image.
              Is there a cat in the picture?
              How many cats are there?
              What color is the cat?
              Where is the cat?
              List the things in the picture from left to right.
              What is the object marked by <region>? Answer with its name.
              {Questions.Ground}

            """
        );
        Console.WriteLine($"Things\t{string.Join(", ", words.Nouns.Select(noun => noun.Split('/')[0]))}");
        Console.WriteLine($"Stuff\t{string.Join(", ", words.Stuff)}");
        Console.WriteLine($"Told by\t{string.Join(", ", words.Adjectives)}");
        Console.WriteLine($"Also\t{string.Join(", ", words.Synonyms.Select(pair => $"{pair.Key} ({pair.Value})"))}");
    }

    /// <summary>Whether the weights are those that the configuration asks for.</summary>
    private static void Check(string folder, ITensorSource tensors)
    {
        OmgLlavaConfig config = ModelDirectory.ReadConfig(folder);
        TensorAccount.Of(ModelTensors.Describe(config), tensors.Tensors).ThrowIfWrong(folder);
        Console.WriteLine(
            $"{config.Name}: every tensor that config.json asks for is there, none besides; weights "
                + $"{ModelDirectory.WeightsHash(folder)}"
        );
        foreach (
            (string file, IReadOnlyList<string> names) in ConversionRecord.Find(folder)?.Ignored
                ?? new Dictionary<string, IReadOnlyList<string>>()
        )
        {
            Console.WriteLine($"left out of {file} when it was converted, as --ignore said: {string.Join(", ", names)}");
        }
    }
}
