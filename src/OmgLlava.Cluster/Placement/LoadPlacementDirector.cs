using Orleans.Runtime.Placement;

namespace OmgLlava.Cluster.Placement;

/// <summary>Places pictures by load.</summary>
internal sealed class LoadPlacementDirector(LoadBoard board) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress chosen = PlacementChoice.Choose(
            target.GrainIdentity.GetUniformHashCode(), context.GetCompatibleSilos(target), board.Of);
        board.Place(chosen);
        return Task.FromResult(chosen);
    }
}
