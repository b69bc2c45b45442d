using OmgLlava.Cli;

return await CommandLine.MainAsync(args);
