using System.Text.Json;
using OmgLlava.Torch;
using OmgLlava.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>
/// One golden case: inputs, weights and outputs of the published system. Comparisons are collected, written to the report that
/// <c>tests/goldens.sh</c> prints, and asserted at the end.
/// </summary>
internal sealed class GoldenCase
{
    private readonly JsonDocument _document;
    private readonly SafetensorsFile _tensors;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly double _absolute;
    private readonly double _relative;
    private readonly List<string> _failures = [];
    private double _largestError;
    private double _largestShare;
    private string _worst = "-";
    private int _compared;

    private GoldenCase(string folder)
    {
        Folder = folder;
        _document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        _tensors = SafetensorsFile.Open(Path.Combine(folder, "tensors.safetensors"));
        JsonElement tolerance = Json.GetProperty("tolerance");
        (_absolute, _relative) = (tolerance.GetProperty("abs").GetDouble(), tolerance.GetProperty("rel").GetDouble());
    }

    public string Folder { get; }

    public JsonElement Json => _document.RootElement;

    public JsonElement Config => Json.GetProperty("config");

    /// <summary>Opens a case, lets a test compare, reports, and fails where anything differed or went wrong.</summary>
    public static void Run(string name, Action<GoldenCase> compare)
    {
        var golden = new GoldenCase(Path.Combine(GoldenFolder.Root, name));
        try
        {
            compare(golden);
        }
        catch (Exception error)
        {
            golden._failures.Add(error.ToString());
        }

        golden.Finish();
    }

    public bool Has(string name) => _tensors.Tensors.ContainsKey(name);

    public IEnumerable<string> Names(string prefix) =>
        _tensors.Tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>How many tensors <c>prefix0</c>, <c>prefix1</c>, ... there are.</summary>
    public int CountNumbered(string prefix) => Enumerable.Range(0, int.MaxValue).TakeWhile(i => Has($"{prefix}{i}")).Count();

    /// <summary>A tensor of the case; it lives as long as the case.</summary>
    public Tensor this[string name] => _tensors.Read(name);

    public Tensor In(string name) => this[$"in/{name}"];

    /// <summary>The weights by their published names.</summary>
    public IEnumerable<(string Name, Tensor Value)> Weights() =>
        Names("weights/").Select(key => (key["weights/".Length..], this[key]));

    /// <summary>Compares with the expected tensor of the same name under <c>out/</c>.</summary>
    public void Check(string name, Tensor actual) => Compare($"out/{name}", actual, this[$"out/{name}"]);

    /// <summary>Compares two tensors under the case's tolerance; integers and booleans must be equal.</summary>
    public void Compare(string label, Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        _compared++;
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            _failures.Add($"{label}: shape ({string.Join(", ", actual.shape)}), expected ({string.Join(", ", expected.shape)})");
            return;
        }

        if (expected.numel() == 0)
        {
            return;
        }

        bool exact = !expected.is_floating_point();
        Tensor a = actual.detach().cpu().to(float64);
        Tensor b = expected.to(float64);
        Tensor error = a.sub(b).abs();
        Tensor allowed = exact ? zeros_like(b) : b.abs().mul(_relative).add(_absolute);
        double largest = error.max().item<double>();
        double share = exact ? largest : error.div(allowed).max().item<double>();
        bool finite = a.isfinite().all().item<bool>();
        if (share >= _largestShare)
        {
            (_largestError, _largestShare, _worst) = (largest, share, label);
        }

        if (!finite || (exact ? largest != 0 : !(share <= 1)))
        {
            long bad = error.gt(allowed).sum().item<long>();
            _failures.Add(
                $"{label}: {bad} of {error.numel()} values differ, by up to {largest:G4} ({share:F1} times the tolerance)"
            );
        }
    }

    /// <summary>Notes a difference that is no matter of numbers.</summary>
    public void Require(bool condition, string label, string difference)
    {
        _compared++;
        if (!condition)
        {
            _failures.Add($"{label}: {difference}");
        }
    }

    private void Finish()
    {
        string tolerance = $"{_absolute:G2} + {_relative:G2}|b|";
        bool passed = _failures.Count == 0 && _compared > 0;
        GoldenReport.Add(
            new GoldenResult(Path.GetFileName(Folder), _compared, _largestError, _worst, _largestShare, tolerance, passed)
        );
        _scope.Dispose();
        _tensors.Dispose();
        _document.Dispose();
        Assert.True(passed, $"{Path.GetFileName(Folder)}:{Environment.NewLine}{string.Join(Environment.NewLine, _failures)}");
    }
}
