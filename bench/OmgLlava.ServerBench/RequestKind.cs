namespace OmgLlava.ServerBench;

/// <summary>What a client does.</summary>
internal enum RequestKind
{
    /// <summary>Sends a picture.</summary>
    Upload,

    /// <summary>Points at something: the live preview.</summary>
    Segment,

    /// <summary>Wants everything.</summary>
    Panoptic,

    /// <summary>Asks, and reads the stream.</summary>
    Chat,

    /// <summary>Asks again, with the turn before.</summary>
    FollowUp,

    /// <summary>Asks, and leaves after the first words.</summary>
    Cancel,
}
