namespace OmgLlava.Evaluation.Runs;

/// <summary>What the model is to do.</summary>
public enum ProbeKind
{
    /// <summary>Answer a question in words and masks.</summary>
    Ask,

    /// <summary>Segment what a point, a box or a region points at, without language.</summary>
    Interactive,

    /// <summary>Segment the whole picture into things and stuff that do not overlap.</summary>
    Panoptic,

    /// <summary>Find all things, with scores.</summary>
    Instances,

    /// <summary>Give a class to every pixel.</summary>
    Semantic,
}
