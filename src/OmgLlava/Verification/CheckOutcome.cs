namespace OmgLlava.Verification;

/// <summary>What a check found.</summary>
internal enum CheckOutcome
{
    /// <summary>All is as it should be.</summary>
    Passed,

    /// <summary>Something to know that is no fault, or a check that could not be made; its text says why.</summary>
    Noted,

    /// <summary>Something is wrong.</summary>
    Failed,
}
