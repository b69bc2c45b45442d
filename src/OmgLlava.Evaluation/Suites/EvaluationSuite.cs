using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Suites;

/// <summary>A benchmark that can be run by name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">One line about it: what is measured, and what <c>--data</c> holds.</param>
/// <param name="DefaultSplit">The part of the data set that is taken where none is named; null for a data set without
/// parts.</param>
/// <param name="Open">Opens its tasks.</param>
public sealed record EvaluationSuite(
    string Name,
    string Description,
    string? DefaultSplit,
    Func<SuiteData, IReadOnlyList<EvaluationTask>> Open
);
