using System.Diagnostics;

namespace OmgLlava.ServerBench;

/// <summary>What a process holds at a moment.</summary>
/// <param name="Seconds">Since the load began.</param>
/// <param name="Memory">Resident bytes.</param>
/// <param name="Handles">Open files, pipes and sockets.</param>
/// <param name="Threads">Threads.</param>
internal sealed record Vitals(double Seconds, long Memory, int Handles, int Threads)
{
    /// <summary>Reads them of a process, from <c>/proc</c> where there is one.</summary>
    public static Vitals Of(Process process, TimeSpan since)
    {
        process.Refresh();
        string handles = $"/proc/{process.Id}/fd";
        return new Vitals(
            since.TotalSeconds,
            process.WorkingSet64,
            Directory.Exists(handles) ? Directory.EnumerateFileSystemEntries(handles).Count() : process.HandleCount,
            process.Threads.Count
        );
    }
}
