using OmgLlava.Cli;
using OmgLlava.Train.Cli;

return await CommandLine.MainAsync(args, TrainCommand.Create());
