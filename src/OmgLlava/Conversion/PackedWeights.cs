using System.Text.RegularExpressions;

namespace OmgLlava.Conversion;

/// <summary>Weights that another program has quantized. Their numbers cannot be had back, so that they are refused.</summary>
internal static partial class PackedWeights
{
    /// <summary>Looks for the tensors that quantizers leave beside their packed weights.</summary>
    /// <exception cref="OmgLlavaException">There are some; the message says whose and what to get instead.</exception>
    public static void Refuse(IEnumerable<PublishedSource> sources)
    {
        foreach (PublishedSource source in sources)
        {
            Match? sign = source.Tensors.Tensors.Keys.Select(name => Sign().Match(name)).FirstOrDefault(match => match.Success);
            if (sign is not null)
            {
                string kind =
                    sign.Groups["nf4"].Success ? "4 bits by bitsandbytes"
                    : sign.Groups["int8"].Success ? "8 bits by bitsandbytes"
                    : "few bits by GPTQ or AWQ";
                throw new OmgLlavaException(
                    $"'{source.Tensors.Path}' holds weights packed to {kind}; get the original weights in 16 bits and pack "
                        + $"them here with --quantize int4."
                );
            }
        }
    }

    [GeneratedRegex(
        @"\.(?<nf4>(nested_)?(absmax|quant_map)|quant_state\.bitsandbytes__\w+)$|\.(?<int8>SCB|weight_format)$|\.(?<gptq>qweight|qzeros|g_idx)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Sign();
}
