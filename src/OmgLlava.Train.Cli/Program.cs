using OmgLlava.Cli;
using OmgLlava.Train.Cli;

return await CommandLine.RunAsync(args, TrainCommand.Create());
