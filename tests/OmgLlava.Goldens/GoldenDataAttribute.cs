using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace OmgLlava.Goldens;

/// <summary>Runs a theory once for each case folder of a kind, with the folder's name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenDataAttribute(string kind) : DataAttribute
{
    /// <summary>One of <see cref="GoldenKinds"/>.</summary>
    public string Kind { get; } = kind;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows =
        [
            .. GoldenFolder
                .Cases()
                .Select(folder => Path.GetFileName(folder))
                .Where(name => GoldenKinds.KindOf(name) == Kind)
                .Select(name => new TheoryDataRow<string>(name)),
        ];
        return new(rows);
    }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
