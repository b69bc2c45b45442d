namespace OmgLlava.Language;

/// <summary>The vocabulary of a tokenizer and how it cuts text; special tokens are not its business.</summary>
internal interface ISubwords
{
    /// <summary>Every token of the vocabulary with the UTF-8 bytes that it stands for.</summary>
    IEnumerable<(int Id, byte[] Bytes)> Tokens { get; }

    /// <summary>Whether a space is put before every text, so that its first word is like any other; an answer then begins with
    /// one.</summary>
    bool AddsSpace { get; }

    /// <summary>The ids of a text.</summary>
    IReadOnlyList<int> Encode(string text);

    /// <summary>The id of a token as the vocabulary writes it, or null when there is none.</summary>
    int? Find(string token);
}
