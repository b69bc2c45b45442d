using System.Diagnostics;

namespace OmgLlava.Tests.Cli;

/// <summary>The program as users run it: a process of its own, its exit code, its two outputs.</summary>
internal sealed record ProgramRun(int Code, string Output, string Errors)
{
    /// <param name="arguments">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="libtorch">OMG_LIBTORCH; null for none.</param>
    /// <param name="interrupt">Interrupt the program, as Ctrl-C does, when it begins to write to standard output.</param>
    /// <param name="variables">Further variables of its environment.</param>
    /// <param name="shell">Shell commands that run before the program, in the process that becomes it: limits, for
    /// instance.</param>
    public static async Task<ProgramRun> StartAsync(
        IEnumerable<string> arguments,
        string input = "",
        string? libtorch = null,
        bool interrupt = false,
        IEnumerable<(string Name, string Value)>? variables = null,
        string? shell = null
    )
    {
        // A runner in the background of a script hands an ignored SIGINT down; the program shall see it as at a terminal.
        string[] command =
        [
            .. interrupt ? (string[])["env", "--default-signal=INT"] : [],
            "dotnet",
            PathOf(arguments, libtorch),
            .. arguments,
        ];
        ProcessStartInfo start = Describe(
            shell is null ? command : ["sh", "-c", $"{shell}; exec \"$@\"", "sh", .. command],
            variables
        );
        if (libtorch is not null)
        {
            start.Environment["OMG_LIBTORCH"] = libtorch;
        }

        using Process process = Process.Start(start)!;
        using var patience = new Timer(
            running => ((Process)running!).Kill(entireProcessTree: true),
            process,
            TimeSpan.FromMinutes(3),
            Timeout.InfiniteTimeSpan
        );
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string begun = "";
        if (interrupt)
        {
            char[] first = new char[1];
            begun = new string(first, 0, await process.StandardOutput.ReadAsync(first));
            Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        }

        string output = begun + await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, output, await errors);
    }

    /// <summary>Starts the program and leaves it to the caller.</summary>
    public static Process Begin(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? variables = null) =>
        Process.Start(Describe(["dotnet", PathOf(arguments), .. arguments], variables))!;

    /// <summary>The program that has the command: training, and whatever else takes libtorch, is one of its own.</summary>
    public static string PathOf(IEnumerable<string> arguments, string? libtorch = null) =>
        Path.Combine(
            AppContext.BaseDirectory,
            arguments.FirstOrDefault() == "train" || libtorch is not null ? "omg-llava-train.dll" : "omg-llava.dll"
        );

    private static ProcessStartInfo Describe(string[] command, IEnumerable<(string Name, string Value)>? variables)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("OMG_MODEL");
        foreach ((string name, string value) in variables ?? [])
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
