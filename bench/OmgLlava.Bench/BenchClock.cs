using System.Diagnostics;

namespace OmgLlava.Bench;

/// <summary>
/// Wall time; or, with <c>--clock processor</c>, the processor time of all threads divided by their number, for machines that
/// other programs hold at the same time. That is fair only to work that does not spin.
/// </summary>
internal sealed class BenchClock(BenchOptions options, int threads)
{
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private TimeSpan _start = Environment.CpuUsage.TotalTime;

    public string Name => options.Text("clock") ?? "wall";

    public void Restart()
    {
        _wall.Restart();
        _start = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Since the last restart.</summary>
    public double Seconds =>
        Name == "processor" ? (Environment.CpuUsage.TotalTime - _start).TotalSeconds / threads : _wall.Elapsed.TotalSeconds;
}
