using System.Globalization;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>What METEOR counts of a test and its reference; counts of several pairs add up.</summary>
public sealed class MeteorStatistics
{
    internal const int StageCount = 4;

    private readonly double[] _testContent = new double[StageCount];
    private readonly double[] _referenceContent = new double[StageCount];
    private readonly double[] _testFunction = new double[StageCount];
    private readonly double[] _referenceFunction = new double[StageCount];

    /// <summary>Words of the test.</summary>
    public double TestLength { get; internal set; }

    /// <summary>Words of the reference.</summary>
    public double ReferenceLength { get; internal set; }

    /// <summary>Function words of the test.</summary>
    public double TestFunctionWords { get; internal set; }

    /// <summary>Function words of the reference.</summary>
    public double ReferenceFunctionWords { get; internal set; }

    /// <summary>Chunks that the matches lie in.</summary>
    public double Chunks { get; internal set; }

    /// <summary>Content words of the test matched by each stage.</summary>
    public IReadOnlyList<double> TestContent => _testContent;

    /// <summary>Content words of the reference matched by each stage.</summary>
    public IReadOnlyList<double> ReferenceContent => _referenceContent;

    /// <summary>Function words of the test matched by each stage.</summary>
    public IReadOnlyList<double> TestFunction => _testFunction;

    /// <summary>Function words of the reference matched by each stage.</summary>
    public IReadOnlyList<double> ReferenceFunction => _referenceFunction;

    /// <summary>Matched words of the test.</summary>
    public double TestMatches => _testContent.Sum() + _testFunction.Sum();

    /// <summary>Matched words of the reference.</summary>
    public double ReferenceMatches => _referenceContent.Sum() + _referenceFunction.Sum();

    /// <summary>Whether every word is matched, in one chunk.</summary>
    public bool IsComplete => TestMatches == TestLength && ReferenceMatches == ReferenceLength && Chunks == 1;

    /// <summary>Adds the counts of another pair. The chunk of a complete match is not added, as in the published
    /// program.</summary>
    public void Add(MeteorStatistics other)
    {
        TestLength += other.TestLength;
        ReferenceLength += other.ReferenceLength;
        TestFunctionWords += other.TestFunctionWords;
        ReferenceFunctionWords += other.ReferenceFunctionWords;
        Chunks += other.IsComplete ? 0 : other.Chunks;
        for (int stage = 0; stage < StageCount; stage++)
        {
            _testContent[stage] += other._testContent[stage];
            _referenceContent[stage] += other._referenceContent[stage];
            _testFunction[stage] += other._testFunction[stage];
            _referenceFunction[stage] += other._referenceFunction[stage];
        }
    }

    /// <summary>The 23 numbers in the published program's order and form.</summary>
    public override string ToString()
    {
        IEnumerable<double> stages = Enumerable
            .Range(0, StageCount)
            .SelectMany(stage =>
                new[] { _testContent[stage], _referenceContent[stage], _testFunction[stage], _referenceFunction[stage] }
            );
        double[] numbers =
        [
            TestLength,
            ReferenceLength,
            TestFunctionWords,
            ReferenceFunctionWords,
            .. stages,
            Chunks,
            TestMatches,
            ReferenceMatches,
        ];
        return string.Join(' ', numbers.Select(number => number.ToString("0.0", CultureInfo.InvariantCulture)));
    }

    internal void CountMatches(MeteorMatch match, bool[] testFunction, bool[] referenceFunction)
    {
        for (int i = match.Test; i < match.Test + match.TestLength; i++)
        {
            (testFunction[i] ? _testFunction : _testContent)[match.Stage]++;
        }

        for (int i = match.Reference; i < match.Reference + match.ReferenceLength; i++)
        {
            (referenceFunction[i] ? _referenceFunction : _referenceContent)[match.Stage]++;
        }
    }
}
