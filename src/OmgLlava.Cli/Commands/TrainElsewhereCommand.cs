using System.CommandLine;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava train</c>: says where training is.</summary>
internal static class TrainElsewhereCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Where training is: the program omg-llava-train, which has libtorch.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            (_, _) =>
                throw new UsageException(
                    "Training needs libtorch, which this program comes without: run the same command with 'omg-llava-train' "
                        + "('dotnet tool install -g omg-llava-train', or in the repository "
                        + "'dotnet run -c Release --project src/OmgLlava.Train.Cli -- train RECIPE')."
                )
        );
        return command;
    }
}
