using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OmgLlava.Serving;

namespace OmgLlava.Cluster.Placement;

/// <summary>The pictures that live on this server, and when each was last asked about.</summary>
internal sealed class LocalPictures : IDisposable
{
    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(10); // then it has stayed

    private readonly ConcurrentDictionary<GrainId, (Use Use, long Since)> _pictures = new();
    private readonly Meter _meter = new(ServingTelemetry.Name);
    private readonly TimeProvider _time;

    public LocalPictures(TimeProvider time)
    {
        _time = time;
        _meter.CreateObservableGauge(
            "omg_llava.cluster.pictures", () => Count, "{picture}", "Pictures that live on this server.");
    }

    private enum Use
    {
        Resting,
        Asked,
        Going,
    }

    /// <summary>How many there are.</summary>
    public int Count => _pictures.Count;

    /// <summary>Whether any is about to leave.</summary>
    public bool AnyGoing => _pictures.Values.Any(IsGoing);

    /// <summary>A picture came here.</summary>
    public void Add(GrainId picture) => Note(picture, Use.Resting);

    /// <summary>A request about a picture begins.</summary>
    public void Ask(GrainId picture) => Note(picture, Use.Asked);

    /// <summary>The last request about a picture has ended; the picture may have gone before.</summary>
    public void Rest(GrainId picture)
    {
        if (_pictures.ContainsKey(picture))
        {
            Note(picture, Use.Resting);
        }
    }

    /// <summary>A picture is about to leave.</summary>
    public void Go(GrainId picture) => Note(picture, Use.Going);

    /// <summary>A picture has gone.</summary>
    public void Remove(GrainId picture) => _pictures.TryRemove(picture, out _);

    /// <summary>Those that nobody has asked about for some time, the longest unused first.</summary>
    public IReadOnlyList<GrainId> Unused(TimeSpan time) =>
    [
        .. _pictures
            .Where(picture => picture.Value.Use != Use.Asked && !IsGoing(picture.Value)
                && _time.GetElapsedTime(picture.Value.Since) >= time)
            .OrderBy(picture => picture.Value.Since).Select(picture => picture.Key),
    ];

    public void Dispose() => _meter.Dispose();

    private bool IsGoing((Use Use, long Since) picture) =>
        picture.Use == Use.Going && _time.GetElapsedTime(picture.Since) < LongestWay;

    private void Note(GrainId picture, Use use) => _pictures[picture] = (use, _time.GetTimestamp());
}
