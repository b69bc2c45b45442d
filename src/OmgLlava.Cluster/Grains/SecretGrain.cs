using System.Security.Cryptography;

namespace OmgLlava.Cluster.Grains;

/// <inheritdoc cref="ISecretGrain"/>
internal sealed class SecretGrain([PersistentState("secret", ClusterHosting.Storage)] IPersistentState<SecretState> state)
    : Grain, ISecretGrain
{
    private const int Length = 32;

    public async Task<byte[]> GetAsync()
    {
        if (state.State.Secret is null)
        {
            state.State.Secret = RandomNumberGenerator.GetBytes(Length);
            await state.WriteStateAsync();
        }

        return state.State.Secret;
    }
}
