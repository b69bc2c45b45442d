using Orleans.Placement;

namespace OmgLlava.Cluster.Placement;

/// <summary>Marks grains that are placed by load.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LoadPlacementAttribute : PlacementAttribute
{
    public LoadPlacementAttribute() : base(new LoadPlacement())
    {
    }
}
