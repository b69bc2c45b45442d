using System.Diagnostics;

namespace OmgLlava.Tests.Cli;

/// <summary>The program as users run it: a process of its own, its exit code, its two outputs.</summary>
internal sealed record ProgramRun(int Code, string Output, string Errors)
{
    public static async Task<ProgramRun> StartAsync(IEnumerable<string> arguments, string input = "", string? libtorch = null, TimeSpan? interruptAfter = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "omg-llava.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("OMG_MODEL");
        if (libtorch is not null)
        {
            start.Environment["OMG_LIBTORCH"] = libtorch;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        if (interruptAfter is { } time)
        {
            await Task.Delay(time);
            Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        }

        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}
