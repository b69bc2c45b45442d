using Orleans.Placement;

namespace OmgLlava.Cluster.Grains;

/// <inheritdoc cref="IConversationGrain"/>
[PreferLocalPlacement]
internal sealed class ConversationGrain(
    [PersistentState("conversation", ClusterHosting.Storage)] IPersistentState<ConversationState> state, ILocalSiloDetails silo)
    : Grain, IConversationGrain
{
    private const long MostBytes = 8 << 20;

    public async Task AddAsync(string owner, StoredTurn turn, string from)
    {
        List<StoredTurn> turns = state.State.Turns;
        if (turns.Count > 0 && state.State.Owner != owner)
        {
            return; // somebody made up a name; it will not be found
        }

        state.State.Owner = owner;
        turns.RemoveAll(known => known.Id == turn.Id); // a server that was lost while it answered may have said it before
        turns.Add(turn);
        while (turns.Count > 1 && turns.Sum(known => (long)known.Body.Length + known.Conversation.Length) > MostBytes)
        {
            turns.RemoveAt(0);
        }

        await state.WriteStateAsync();
        if (from != silo.SiloAddress.ToString())
        {
            DeactivateOnIdle(); // its picture has moved: it comes back where it is asked for
        }
    }

    public Task<StoredTurn?> FindAsync(string owner, string id) =>
        Task.FromResult(state.State.Owner == owner ? state.State.Turns.Find(turn => turn.Id == id) : null);

    public async Task<bool> RemoveAsync(string owner, string id)
    {
        if (state.State.Owner != owner || state.State.Turns.RemoveAll(turn => turn.Id == id) == 0)
        {
            return false;
        }

        await (state.State.Turns.Count == 0 ? state.ClearStateAsync() : state.WriteStateAsync());
        return true;
    }
}
