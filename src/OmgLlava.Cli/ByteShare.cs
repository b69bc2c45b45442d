namespace OmgLlava.Cli;

/// <summary>Reports bytes as their share of a total.</summary>
internal sealed class ByteShare(IProgress<double> progress, long total) : IProgress<long>
{
    public void Report(long value) => progress.Report((double)value / total);
}
