namespace OmgLlava.Data.Photos;

/// <summary>A class that photographs are labelled with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsThing">Whether its things are told apart; otherwise it is stuff, such as sky.</param>
public sealed record PhotoClass(string Name, bool IsThing = true);
