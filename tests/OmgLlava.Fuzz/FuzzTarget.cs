namespace OmgLlava.Fuzz;

/// <summary>Something that reads bytes from outside.</summary>
/// <param name="Name">Its name on the command line and in findings.</param>
/// <param name="Weight">Its share of the inputs, beside the other targets' weights.</param>
/// <param name="Open">Makes the seeds and whatever the target needs; called once in each worker.</param>
internal sealed record FuzzTarget(string Name, int Weight, Func<FuzzSubject> Open);
