namespace OmgLlava.Language.Cpu;

/// <summary>The vectors of tokens, of which a prompt needs a few.</summary>
internal unsafe interface ITokenEmbedding : IDisposable
{
    /// <summary>How many tokens there are.</summary>
    int Rows { get; }

    /// <summary>The numbers of one row.</summary>
    /// <param name="row">The token.</param>
    /// <param name="values">Receives them.</param>
    /// <exception cref="OmgLlavaException">The row is damaged, or cannot be read.</exception>
    void CopyRow(int row, float* values);
}
