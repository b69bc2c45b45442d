namespace OmgLlava.Data.Annotating;

/// <summary>
/// Who does which shard where several programs work on one folder. Each shard is done at least once; one that is done twice,
/// because its program was thought lost, is written with the same bytes.
/// </summary>
public interface IShardLender
{
    /// <summary>
    /// The next shard for this program, waiting where others are at the last ones. After all shards one program gets their
    /// number, which means to join them.
    /// </summary>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The shard; null when all is done.</returns>
    int? Lend(CancellationToken cancellation);

    /// <summary>A shard is done.</summary>
    void Done(int shard);
}
