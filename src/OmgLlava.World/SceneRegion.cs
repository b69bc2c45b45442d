namespace OmgLlava.World;

/// <summary>What one says about one thing of a scene.</summary>
/// <param name="Thing">Its id.</param>
/// <param name="Name">"a cat".</param>
/// <param name="Description">One sentence: what it is like and where it is.</param>
public sealed record SceneRegion(int Thing, string Name, string Description);
