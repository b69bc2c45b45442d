namespace OmgLlava.Evaluation.Metrics;

/// <summary>A class of objects.</summary>
/// <param name="Id">Its id in the files; ids may have gaps.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsThing">Whether it has countable objects; false for stuff such as sky.</param>
public sealed record MeasuredClass(long Id, string Name, bool IsThing = true);
