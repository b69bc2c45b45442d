using Orleans.Runtime.Placement;

namespace OmgLlava.Cluster.Placement;

/// <summary>Places pictures by load; one that moves goes where it is to.</summary>
internal sealed class LoadPlacementDirector(LoadBoard board) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress[] silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } wanted)
        {
            return Task.FromResult(wanted);
        }

        SiloAddress chosen = PlacementChoice.Choose(target.GrainIdentity.GetUniformHashCode(), silos, board.Of);
        board.Place(chosen);
        return Task.FromResult(chosen);
    }
}
