namespace OmgLlava.Words;

/// <summary>What a question asks for.</summary>
internal enum QuestionKind
{
    /// <summary>Nothing that the training has.</summary>
    Other,

    /// <summary>A description with masks.</summary>
    Everything,

    /// <summary>All things, in an order.</summary>
    List,

    /// <summary>What the picture shows.</summary>
    Description,

    /// <summary>Whether something is there.</summary>
    Exists,

    /// <summary>How many there are.</summary>
    Count,

    /// <summary>Which colour something has.</summary>
    Color,

    /// <summary>Where something is, in words.</summary>
    Place,

    /// <summary>The mask of what serves a purpose.</summary>
    Use,

    /// <summary>The mask of that one of a kind of which something holds.</summary>
    Which,

    /// <summary>The mask of what an expression means.</summary>
    Mask,
}
