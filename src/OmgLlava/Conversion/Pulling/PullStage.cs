namespace OmgLlava.Conversion.Pulling;

/// <summary>The steps of pulling a model, in their order.</summary>
public enum PullStage
{
    /// <summary>Files come from the hub and are checked.</summary>
    Downloading,

    /// <summary>What is in them is compared with what the model needs.</summary>
    Reading,

    /// <summary>The model directory is written.</summary>
    Converting,
}
