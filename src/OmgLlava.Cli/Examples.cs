using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OmgLlava.Cli;

/// <summary>Three examples for every command, shown at the end of its help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> All = new()
    {
        [""] =
        [
            "omg-llava segment photo.png \"the red apple\" --out apple.png",
            "omg-llava ask photo.png \"What is <region>?\" --box 40,60,200,220",
            "omg-llava serve",
        ],
        ["ask"] =
        [
            "omg-llava ask photo.png \"How many dogs are there?\"",
            "omg-llava ask photo.png \"What is <region>?\" --box 40,60,200,220",
            "omg-llava ask a.png b.png FOLDER \"Is there a cat in the picture?\" --json answers.jsonl",
        ],
        ["chat"] = ["omg-llava chat photo.png", "omg-llava chat photo.png --no-history", "omg-llava chat --resume"],
        ["caption"] =
        [
            "omg-llava caption photo.png",
            "omg-llava caption FOLDER --json captions.jsonl",
            "omg-llava caption photo.png --temperature 0.7 --seed 1",
        ],
        ["describe"] =
        [
            "omg-llava describe photo.png --box 40,60,200,220",
            "omg-llava describe photo.png --point 120,80 --json -",
            "omg-llava describe photo.png --mask answer.json#2",
        ],
        ["segment"] =
        [
            "omg-llava segment photo.png \"the second cat from the left\" --out cat.png --json cat.json",
            "omg-llava segment *.png \"the cat\" --out masks --json cats.jsonl",
            "omg-llava segment photo.png \"the cat\" --fail-if-missing && echo there",
        ],
        ["ground"] =
        [
            "omg-llava ground photo.png --out described.png",
            "omg-llava ground a.png b.png --json grounded.jsonl",
            "omg-llava ground - --json - < photo.png",
        ],
        ["panoptic"] =
        [
            "omg-llava panoptic photo.png --out panoptic.png",
            "omg-llava panoptic photo.png --instances --threshold 0.3",
            "omg-llava panoptic FOLDER --json segments.jsonl",
        ],
        ["serve"] =
        [
            "omg-llava serve",
            "omg-llava serve --port 9000 --model omg-llava-7b-int4",
            "OMG_API_KEYS=secret omg-llava serve --host 0.0.0.0",
        ],
        ["mcp"] =
        [
            "omg-llava mcp",
            "omg-llava mcp --model omg-llava-7b-int4",
            "OMG_MODEL=omg-llava-7b omg-llava mcp --threads 8",
        ],
        ["annotate"] =
        [
            "omg-llava annotate photos --task panoptic --out annotations",
            "omg-llava annotate photos --task segment --labels labels.txt --out annotations",
            "omg-llava annotate list.txt --task ground --out annotations --retry-broken",
        ],
        ["pull"] =
        [
            "omg-llava pull omg-llava-7b --quantize int4",
            "omg-llava pull omg-llava-7b --out models/7b",
            "omg-llava pull omg-llava-7b --from ~/Downloads",
        ],
        ["convert"] =
        [
            "omg-llava convert omg_llava/ open_clip_pytorch_model.bin --out omg-llava-7b",
            "omg-llava convert omg_llava/ --out omg-llava-7b",
            "omg-llava convert omg_llava/ --ignore optimizer --out omg-llava-7b",
        ],
        ["quantize"] =
        [
            "omg-llava quantize omg-llava-7b --out omg-llava-7b-int4",
            "omg-llava quantize omg-llava-7b --format int8 --out omg-llava-7b-int8",
            "omg-llava quantize omg-llava-7b --tensor layers.0.=int8 --out mixed",
        ],
        ["inspect"] =
        [
            "omg-llava inspect omg-llava-7b",
            "omg-llava inspect omg_seg.pth --filter decoder",
            "omg-llava inspect models/nano --words",
        ],
        ["verify"] =
        [
            "omg-llava verify",
            "omg-llava verify omg-llava-7b --quick",
            "omg-llava verify omg-llava-7b-int4 --json report.json",
        ],
        ["new"] =
        [
            "omg-llava new --preset tiny --out tiny",
            "omg-llava new --preset tiny --seed 7 --out tiny-7",
            "omg-llava new --preset omg-llava-7b --out random-7b",
        ],
        ["doctor"] = ["omg-llava doctor", "omg-llava doctor --model omg-llava-7b", "omg-llava doctor --json"],
        ["art"] =
        [
            "omg-llava art --from svgs --name mine --credits CREDITS.md --out packs/mine",
            "omg-llava art --from-masks voc --kind Voc --name voc --credits CREDITS.md --out packs/voc",
            "omg-llava art --from svgs --list list.tsv --name mine --credits CREDITS.md --out packs/mine",
        ],
        ["world"] =
        [
            "omg-llava world --art packs/mine --scenes 100 --out scenes",
            "omg-llava world --art packs/mine --scenes 100 --seed 7 --size 320 --split val --out unseen",
            "omg-llava world --art packs/mine packs/more --scenes 10 --categories cat dog --out pets",
        ],
        ["train"] =
        [
            "omg-llava train recipes/nano/2-segmentation.json",
            "omg-llava train recipe.json --check",
            "omg-llava train recipe.json --max-minutes 60",
        ],
        ["eval"] =
        [
            "omg-llava eval folder --data samples/scenes --split sample",
            "omg-llava eval refcoco --data refcoco --split testA --limit 500",
            "omg-llava eval wording --data unseen --split val --json",
        ],
        ["completion"] =
        [
            "omg-llava completion bash > ~/.local/share/bash-completion/completions/omg-llava",
            "source <(omg-llava completion zsh)",
            "omg-llava completion fish > ~/.config/fish/completions/omg-llava.fish",
        ],
    };

    /// <summary>The examples of a command; none where it has none.</summary>
    public static IReadOnlyList<string> Of(Command command) =>
        All.GetValueOrDefault(command is RootCommand ? "" : command.Name, []);

    /// <summary>Adds them to the help of all commands.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Action((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class Action(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            IReadOnlyList<string> examples = Of(parseResult.CommandResult.Command);
            if (examples.Count > 0)
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (string example in examples)
                {
                    output.WriteLine($"  {example}");
                }

                output.WriteLine();
            }

            return code;
        }
    }
}
