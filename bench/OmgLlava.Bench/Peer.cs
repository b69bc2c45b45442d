using System.Diagnostics;
using System.Globalization;

namespace OmgLlava.Bench;

/// <summary>llama.cpp in a process of its own, driven line by line.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    public Peer(string script, string model, int threads, string clock)
    {
        _process = Process.Start(
            new ProcessStartInfo("node", [script, model, $"{threads}", clock])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetDirectoryName(script),
            }
        )!;
        string ready = _process.StandardOutput.ReadLine() ?? "";
        if (ready != "ready")
        {
            throw new InvalidOperationException($"The peer did not start: {ready}");
        }
    }

    /// <summary>Seconds to read so many tokens from an empty context, and then to write so many one by one.</summary>
    public (double Prefill, double Decode) Run(int prefill, int decode)
    {
        _process.StandardInput.WriteLine($"{prefill} {decode}");
        _process.StandardInput.Flush();
        double[] seconds =
        [
            .. (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended."))
                .Split(' ')
                .Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
        ];
        return (seconds[0], seconds[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
