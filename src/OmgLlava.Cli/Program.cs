using OmgLlava.Cli;

ProgramFiles.Prepare();
return await CommandLine.MainAsync(args);
