namespace OmgLlava.Language.Cpu;

/// <summary>
/// How a format lays weights out in memory. Rows stand in groups of 16 whose weights alternate, so that one vector holds the same
/// columns of 16 rows and products need no sums across a vector. The last group is filled up with rows of zeros.
/// </summary>
internal abstract unsafe class WeightLayout
{
    /// <summary>Rows of a group.</summary>
    public const int GroupRows = 16;

    /// <summary>The format.</summary>
    public abstract WeightFormat Format { get; }

    /// <summary>The layout of a format.</summary>
    public static WeightLayout Of(WeightFormat format) =>
        format switch
        {
            WeightFormat.Int4 => Int4Layout.Instance,
            WeightFormat.Int8 => Int8Layout.Instance,
            WeightFormat.BFloat16 => BFloat16Layout.Instance,
            WeightFormat.Float32 => Float32Layout.Instance,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No layout."),
        };

    /// <summary>Groups that so many rows take.</summary>
    public static int Groups(int rows) => (rows + GroupRows - 1) / GroupRows;

    /// <summary>Bytes of one group.</summary>
    public abstract long GroupBytes(int columns);

    /// <summary>Packs a group.</summary>
    /// <param name="rows">(16, columns), row-major.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="group">Receives <see cref="GroupBytes"/> bytes.</param>
    public abstract void Pack(float* rows, int columns, byte* group);

    /// <summary>Whether packed groups hold nothing that would make every answer nonsense, as far as that can be told.</summary>
    /// <param name="groups">Packed groups.</param>
    /// <param name="bytes">Of all of them.</param>
    public virtual bool IsSound(byte* groups, long bytes) => true;

    /// <summary>The numbers that a row of a group stands for.</summary>
    /// <param name="group">A packed group.</param>
    /// <param name="row">0..15.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="values">Receives them.</param>
    public abstract void Unpack(byte* group, int row, int columns, float* values);
}
