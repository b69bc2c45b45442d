using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using static TorchSharp.torch;

namespace OmgLlava.Training.Ranks;

/// <summary>That the processes of a group begin with the same, and stay alike.</summary>
internal static class RankSetup
{
    private const int Portion = 1 << 24; // numbers

    /// <summary>Whether all of them run the same recipe with the same program.</summary>
    /// <exception cref="OmgLlavaException">They do not, or there are more of them than passes of a step; thrown by the first,
    /// who ends the others.</exception>
    public static void CheckAlike(this RankGroup ranks, Recipe recipe)
    {
        if (ranks.Count > recipe.Accumulate)
        {
            throw ranks.Refusal(
                $"A step of this recipe has {recipe.Accumulate} passes ('accumulate'), so that {ranks.Count} processes cannot share "
                    + $"them; start at most {recipe.Accumulate}, or raise accumulate and lower batch."
            );
        }

        var version = typeof(RankSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        string program = version!.InformationalVersion;
        string[] said = [.. ranks.Gather(Encoding.UTF8.GetBytes(program)).Select(Encoding.UTF8.GetString)];
        string[] recipes = [.. ranks.Gather(Encoding.UTF8.GetBytes(RecipeJson.Write(recipe))).Select(Encoding.UTF8.GetString)];
        for (int rank = 1; rank < ranks.Count; rank++)
        {
            if (said[rank] != said[0])
            {
                throw ranks.Refusal($"Rank {rank} runs version {said[rank]} of this program, rank 0 version {said[0]}.");
            }

            if (RecipeJson.Differences(recipes[0], recipes[rank]) is { Count: > 0 } differences)
            {
                throw ranks.Refusal(
                    $"Rank {rank} read another recipe than rank 0: {string.Join("; ", differences)}."
                );
            }
        }
    }

    /// <summary>What all of them have found, and the first one says and ends all for; the others wait for that.</summary>
    private static OmgLlavaException Refusal(this RankGroup ranks, string message)
    {
        if (!ranks.IsFirst)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        return new OmgLlavaException(message);
    }

    /// <summary>Gives all ranks the state that the first one has.</summary>
    public static void ShareState(this RankGroup ranks, AdamW optimizer)
    {
        if (ranks.Count == 1)
        {
            return;
        }

        optimizer.Steps = (int)ranks.Share((double)optimizer.Steps);
        foreach (Tensor vector in (Tensor[])[optimizer.Weights, optimizer.FirstMoment, optimizer.SecondMoment])
        {
            for (long start = 0; start < vector.numel(); start += Portion)
            {
                using Tensor part = vector.narrow(0, start, Math.Min(Portion, vector.numel() - start));
                using Tensor own = part.cpu().clone();
                ranks.Share(own.bytes);
                part.copy_(own);
            }
        }

        optimizer.WriteBack();
    }

    /// <summary>Gives all ranks the files of a folder of the first one.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="folder">Each has its own; it need not exist.</param>
    public static void ShareFiles(this RankGroup ranks, string folder)
    {
        string[] files = ranks.IsFirst && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        int count = (int)ranks.Share((double)files.Length);
        for (int i = 0; i < count; i++)
        {
            byte[] name = ranks.Gather(ranks.IsFirst ? Encoding.UTF8.GetBytes(Path.GetFileName(files[i])) : [])[0];
            byte[] content = ranks.Gather(ranks.IsFirst ? File.ReadAllBytes(files[i]) : [])[0];
            if (!ranks.IsFirst)
            {
                Directory.CreateDirectory(folder);
                File.WriteAllBytes(Path.Combine(folder, Encoding.UTF8.GetString(name)), content);
            }
        }
    }

    /// <summary>Whether all have the same weights, which they reached by computing the same.</summary>
    /// <exception cref="OmgLlavaException">They do not; thrown by the first, who ends the others.</exception>
    public static void CheckTogether(this RankGroup ranks, AdamW optimizer)
    {
        if (ranks.Count == 1)
        {
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long start = 0; start < optimizer.Count; start += Portion)
        {
            using Tensor part = optimizer.Weights.narrow(0, start, Math.Min(Portion, optimizer.Count - start));
            using Tensor own = part.cpu();
            hash.AppendData(own.bytes);
        }

        IReadOnlyList<byte[]> hashes = ranks.Gather(hash.GetHashAndReset());
        int other = hashes.Index().FirstOrDefault(h => !h.Item.AsSpan().SequenceEqual(hashes[0])).Index;
        if (other != 0)
        {
            throw ranks.Refusal(
                $"After step {optimizer.Steps} rank {other} has other weights than rank 0, though both took the same steps: their "
                    + "machines compute differently, or one of them is broken. The last checkpoint is good."
            );
        }
    }
}
