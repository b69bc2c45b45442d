namespace OmgLlava.Data.Templates;

/// <summary>How an answer with a mask is written.</summary>
public enum AnswerFormat
{
    /// <summary><c>&lt;p&gt; phrase &lt;/p&gt; [SEG]</c>: the phrase that is meant, then its mask.</summary>
    Phrase,

    /// <summary>[SEG] alone, in a short sentence.</summary>
    MaskAlone,
}
