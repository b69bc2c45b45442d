using System.Diagnostics;

namespace OmgLlava.Training.Engine;

/// <summary>Means of losses since it was made.</summary>
internal sealed class LossWindow
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, (double Sum, int Count)> _terms = [];
    private double _sum;
    private int _count;

    /// <summary>Mean total loss.</summary>
    public double Loss => _sum / Math.Max(1, _count);

    /// <summary>Mean parts of the loss.</summary>
    public IReadOnlyDictionary<string, double> Terms => _terms.ToDictionary(t => t.Key, t => t.Value.Sum / t.Value.Count);

    public void Add(PartLosses part)
    {
        _sum += part.Total;
        _count++;
        foreach ((string name, double value) in part.Terms)
        {
            (double sum, int count) = _terms.GetValueOrDefault(name);
            _terms[name] = (sum + value, count + 1);
        }
    }

    public double SamplesPerSecond(int batch) => batch * _count / Math.Max(1e-9, _clock.Elapsed.TotalSeconds);
}
