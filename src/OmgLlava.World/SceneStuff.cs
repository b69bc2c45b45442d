using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>One kind of stuff in a scene.</summary>
/// <param name="Id">Its segment; follows those of the things.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mask">Its visible pixels.</param>
public sealed record SceneStuff(int Id, StuffKind Kind, Mask Mask);
