using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace OmgLlava.MetricGoldens;

/// <summary>Runs a theory once for each case folder of a kind, with the folder's name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MetricDataAttribute(string kind) : DataAttribute
{
    /// <summary>One of <see cref="MetricFolder.Kinds"/>.</summary>
    public string Kind { get; } = kind;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows =
        [
            .. MetricFolder
                .Cases()
                .Where(name => MetricFolder.KindOf(name) == Kind)
                .Select(name => new TheoryDataRow<string>(name)),
        ];
        return new(rows);
    }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
