using System.CommandLine;
using OmgLlava.ServerBench;

var model = new Option<string>("--model") { Description = "Model directory.", Required = true };
var clients = new Option<int>("--clients") { Description = "Clients at once.", DefaultValueFactory = _ => 32 };
var seconds = new Option<int>("--seconds") { Description = "Length of the load.", DefaultValueFactory = _ => 600 };
var idle = new Option<int>("--idle")
{
    Description = "Seconds without any client before, to see what the server takes then.",
    DefaultValueFactory = _ => 20,
};
var workers = new Option<int>("--workers") { Description = "The server's --workers.", DefaultValueFactory = _ => 0 };
var tokens = new Option<int>("--max-tokens") { Description = "Most tokens of an answer.", DefaultValueFactory = _ => 48 };
var keys = new Option<bool>("--four-keys")
{
    Description = "Instead: four keys, of which one floods, and what the others notice of it.",
};
var command = new RootCommand(
    "Loads a server with a mix of requests, checks every answer against the answer that it gives alone, and prints tables: "
        + "latencies, and whether memory, handles and threads stay flat (an hour of it, --seconds 3600, is the soak)."
)
{
    model,
    clients,
    seconds,
    idle,
    workers,
    tokens,
    keys,
};
command.SetAction(
    async (parsed, cancellation) =>
    {
        string[] names = parsed.GetValue(keys) ? ["flood", "one", "two", "three"] : [];
        await using ServerProcess server = await ServerProcess.StartAsync(
            parsed.GetValue(model)!,
            parsed.GetValue(workers),
            names,
            cancellation
        );
        if (names.Length > 0)
        {
            return await new FairnessRun(server, names, parsed.GetValue(tokens)).RunAsync(
                parsed.GetValue(clients),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                cancellation
            )
                ? 0
                : 1;
        }

        double idleShare = await server.MeasureIdleAsync(TimeSpan.FromSeconds(parsed.GetValue(idle)), cancellation);
        var work = await Workload.PrepareAsync(server.Client, parsed.GetValue(tokens), cancellation);
        LoadResult result = await new LoadRun(server, work).RunAsync(
            parsed.GetValue(clients),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            cancellation
        );
        Report.Print(result, idleShare);
        return result.Wrong == 0 && result.ServerErrors == 0 ? 0 : 1;
    }
);
return await command.Parse(args).InvokeAsync();
