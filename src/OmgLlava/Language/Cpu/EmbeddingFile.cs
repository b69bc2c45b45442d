using System.Buffers;
using OmgLlava.Files;
using OmgLlava.Weights;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// A packed token embedding that stays in its file: a prompt reads a few hundred of its rows, each word of an answer one. At the
/// size of 7B that spares 0.4 GB of memory; what is read often stays in the system's cache of files.
/// </summary>
internal sealed unsafe class EmbeddingFile : ITokenEmbedding
{
    private readonly FileStream _file;
    private readonly long _begin;
    private readonly string _name;
    private readonly int _columns;
    private readonly WeightLayout _layout;

    /// <param name="file">The file, which stays open.</param>
    /// <param name="begin">Where in it the first group begins.</param>
    /// <param name="info">The packed tensor.</param>
    /// <param name="format">Its format.</param>
    /// <param name="rows">Tokens.</param>
    /// <param name="columns">Numbers of each.</param>
    /// <exception cref="OmgLlavaException">The file cannot be read.</exception>
    public EmbeddingFile(string file, long begin, TensorInfo info, WeightFormat format, int rows, int columns)
    {
        (_file, _begin, _name) = (InputFile.Open(file), begin, info.Name);
        (Rows, _columns, _layout) = (rows, columns, WeightLayout.Of(format));
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public void CopyRow(int row, float* values)
    {
        int length = checked((int)_layout.GroupBytes(_columns));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Read(buffer.AsSpan(0, length), _begin + ((long)(row / WeightLayout.GroupRows) * length));
            fixed (byte* group = buffer)
            {
                if (!_layout.IsSound(group, length))
                {
                    throw QuantizedLayout.Damaged(_name, _file.Name);
                }

                _layout.Unpack(group, row % WeightLayout.GroupRows, _columns, values);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Read(Span<byte> group, long at)
    {
        try
        {
            while (group.Length > 0)
            {
                int read = RandomAccess.Read(_file.SafeFileHandle, group, at);
                if (read == 0)
                {
                    throw new OmgLlavaException($"'{_file.Name}' became shorter while it was in use: '{_name}' is cut off.");
                }

                group = group[read..];
                at += read;
            }
        }
        catch (IOException error)
        {
            throw new OmgLlavaException($"'{_file.Name}' cannot be read any more: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
