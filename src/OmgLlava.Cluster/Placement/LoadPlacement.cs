namespace OmgLlava.Cluster.Placement;

/// <summary>Grains that go where there is the most room, see <see cref="PlacementChoice"/>.</summary>
[GenerateSerializer, Immutable, Alias("omg.LoadPlacement")]
internal sealed class LoadPlacement : PlacementStrategy
{
}
