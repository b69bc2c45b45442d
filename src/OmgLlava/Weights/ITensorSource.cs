using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>Named tensors in a file or in several; nothing but their descriptions is read until one is asked for.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>Where the tensors come from, for messages.</summary>
    string Path { get; }

    /// <summary>The tensors by name.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The file that holds a tensor, for messages.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    string FileOf(string name) => Path;

    /// <summary>Where a tensor's bytes lie in a file, as <see cref="CopyTo"/> gives them; null where they are made.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    (string File, long Begin)? PlaceOf(string name) => null;

    /// <summary>The type that a tensor's numbers fit, where they are given in a wider one.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    ElementType StoredType(string name) => Tensors[name].DType;

    /// <summary>Copies a tensor's bytes, little-endian and row-major.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly <see cref="TensorInfo.ByteCount"/> bytes.</param>
    /// <exception cref="OmgLlavaException">There is no such tensor, or the file is damaged.</exception>
    void CopyTo(string name, Span<byte> destination);
}
