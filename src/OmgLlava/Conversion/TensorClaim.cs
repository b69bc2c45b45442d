using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>A file's claim to hold a tensor of the model.</summary>
/// <param name="Source">Where it is.</param>
/// <param name="Published">Its name there.</param>
/// <param name="Rank">Which claim wins: a fine-tuning replaces a pretraining, which replaces the base models.</param>
internal sealed record TensorClaim(PublishedSource Source, string Published, int Rank)
{
    /// <summary>Shape and type.</summary>
    public TensorInfo Info => Source.Tensors.Tensors[Published];

    /// <summary>The file, for messages.</summary>
    public string File => Source.Tensors.FileOf(Published);

    /// <summary>Whether two claims hold the same numbers, as far as the less precise of their types can tell.</summary>
    public bool HoldsSameAs(TensorClaim other)
    {
        if (!Info.Shape.SequenceEqual(other.Info.Shape))
        {
            return false;
        }

        byte[] mine = Bytes(this);
        byte[] theirs = Bytes(other);
        if (Info.DType == other.Info.DType)
        {
            return mine.AsSpan().SequenceEqual(theirs);
        }

        if (!ElementTypes.IsFloat(Info.DType) || !ElementTypes.IsFloat(other.Info.DType))
        {
            return false;
        }

        ElementType coarse =
            ElementTypes.Precision(Info.DType) <= ElementTypes.Precision(other.Info.DType) ? Info.DType : other.Info.DType;
        return ElementTypes
            .Convert(mine, Info.DType, coarse)
            .AsSpan()
            .SequenceEqual(ElementTypes.Convert(theirs, other.Info.DType, coarse));

        static byte[] Bytes(TensorClaim claim)
        {
            byte[] bytes = new byte[claim.Source.Tensors.Describe(claim.Published).ByteCount];
            claim.Source.Tensors.CopyTo(claim.Published, bytes);
            return bytes;
        }
    }
}
