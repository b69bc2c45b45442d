using System.Text.Json;
using OmgLlava.Cluster.Grains;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Responses that every server of the cluster knows, stored with their conversations.</summary>
internal sealed class ClusterResponseStore(IGrainFactory grains, ILocalSiloDetails silo, ClusterOptions options) : IResponseStore
{
    /// <inheritdoc/>
    public async ValueTask AddAsync(string owner, ResponseBody body, IReadOnlyList<ChatMessage> conversation)
    {
        var turn = new StoredTurn(
            body.Id, JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options.Of<ResponseBody>()),
            JsonSerializer.SerializeToUtf8Bytes(conversation, ApiJson.Options.Of<IReadOnlyList<ChatMessage>>()));
        await RetryAsync(async () =>
        {
            await Grain(body.Id)!.AddAsync(owner, turn, silo.SiloAddress.ToString());
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask<(ResponseBody Body, IReadOnlyList<ChatMessage> Conversation)?> FindAsync(string owner, string id) =>
        Grain(id) is { } grain && await RetryAsync(() => grain.FindAsync(owner, id)) is { } turn
            ? (Read<ResponseBody>(turn.Body), Read<IReadOnlyList<ChatMessage>>(turn.Conversation))
            : null;

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string owner, string id) =>
        Grain(id) is { } grain && await RetryAsync(() => grain.RemoveAsync(owner, id));

    private IConversationGrain? Grain(string id) =>
        ResponseWriter.ConversationOf(id) is { } name ? grains.GetGrain<IConversationGrain>(name) : null;

    private Task<T> RetryAsync<T>(Func<Task<T>> call) => LostServer.RetryAsync(call, options.Patience);

    private static T Read<T>(byte[] json) => JsonSerializer.Deserialize(json, ApiJson.Options.Of<T>())!;
}
