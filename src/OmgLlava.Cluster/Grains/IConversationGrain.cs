namespace OmgLlava.Cluster.Grains;

/// <summary>
/// A conversation of the Responses API, named by what its responses' names have in common: its turns, stored. It lives beside its
/// picture.
/// </summary>
[Alias("omg.IConversationGrain")]
internal interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Keeps a response.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="turn">The response.</param>
    /// <param name="from">The server that answered, where the conversation is to live.</param>
    [Alias("Add")]
    Task AddAsync(string owner, StoredTurn turn, string from);

    /// <summary>Finds a response; null where there is none, or it is another's.</summary>
    [Alias("Find")]
    Task<StoredTurn?> FindAsync(string owner, string id);

    /// <summary>Forgets a response.</summary>
    /// <returns>Whether it was there.</returns>
    [Alias("Remove")]
    Task<bool> RemoveAsync(string owner, string id);
}
