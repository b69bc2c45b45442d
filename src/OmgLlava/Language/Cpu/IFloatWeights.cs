using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>How <see cref="FloatKernel{TWeights}"/> reads one column of a group.</summary>
internal unsafe interface IFloatWeights
{
    /// <summary>Bytes of 16 weights.</summary>
    static abstract int ColumnBytes { get; }

    /// <summary>16 weights as float32.</summary>
    static abstract (Vector256<float> Upper, Vector256<float> Lower) Load(byte* column);
}
