using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Runs;

/// <summary>Loads the pictures of the samples to come while the model is busy; a picture that several of them are about is loaded
/// once.</summary>
/// <param name="probes">All samples in their order.</param>
/// <param name="ahead">How many samples to look ahead.</param>
internal sealed class ImageWindow(IReadOnlyList<Probe> probes, int ahead)
{
    private readonly Dictionary<string, Task<RgbImage>> _loading = [];
    private int _asked;

    /// <summary>The pictures of some samples, one after the other from where the last call ended.</summary>
    /// <param name="from">The first sample.</param>
    /// <param name="count">How many.</param>
    public async Task<RgbImage[]> TakeAsync(int from, int count)
    {
        for (; _asked < Math.Min(probes.Count, from + count + ahead); _asked++)
        {
            Probe probe = probes[_asked];
            _loading.TryAdd(probe.ImageName, Task.Run(probe.Load));
        }

        RgbImage[] images = new RgbImage[count];
        for (int i = 0; i < count; i++)
        {
            images[i] = await _loading[probes[from + i].ImageName];
        }

        HashSet<string> needed =
        [
            .. Enumerable.Range(from + count, Math.Max(0, _asked - from - count)).Select(i => probes[i].ImageName),
        ];
        foreach (string name in _loading.Keys.Where(name => !needed.Contains(name)).ToList())
        {
            _loading.Remove(name);
        }

        return images;
    }
}
