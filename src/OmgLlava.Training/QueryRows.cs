using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>
/// Lays queries, of which each picture of a batch has another number, out by picture and back, so that all are decoded at once.
/// Rows that are too short are filled with a query of another picture, which nobody asks for again.
/// </summary>
/// <param name="Images">Pictures B.</param>
/// <param name="Longest">Most queries of one picture.</param>
/// <param name="Source">Int64 (B * longest): the query in each place.</param>
/// <param name="Places">Int64 (N): the place of each query.</param>
internal sealed record QueryRows(long Images, long Longest, Tensor Source, Tensor Places)
{
    /// <param name="owners">The picture of each query, in any order; at least one.</param>
    /// <param name="images">Pictures.</param>
    /// <param name="device">Where the queries are.</param>
    public static QueryRows Of(long[] owners, long images, Device device)
    {
        long longest = owners.GroupBy(owner => owner).Max(group => group.Count());
        long[] source = new long[images * longest];
        long[] places = new long[owners.Length];
        long[] taken = new long[images];
        for (int i = 0; i < owners.Length; i++)
        {
            places[i] = (owners[i] * longest) + taken[owners[i]]++;
            source[places[i]] = i;
        }

        return new QueryRows(images, longest, tensor(source, device: device), tensor(places, device: device));
    }

    /// <summary>(N, ...) to (B, longest, ...).</summary>
    public Tensor Spread(Tensor queries) => queries.index_select(0, Source).unflatten(0, Images, Longest);

    /// <summary>(B, longest, ...) to (N, ...).</summary>
    public Tensor Gather(Tensor rows) => rows.flatten(0, 1).index_select(0, Places);
}
