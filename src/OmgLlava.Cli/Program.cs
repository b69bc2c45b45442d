using OmgLlava.Cli;

return await CommandLine.RunAsync(args);
