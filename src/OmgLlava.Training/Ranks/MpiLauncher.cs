using System.Globalization;

namespace OmgLlava.Training.Ranks;

/// <summary>What an MPI launcher told this process in its environment.</summary>
/// <param name="Count">Processes that it started; null where it did not say.</param>
/// <param name="Libraries">Names under which its MPI library may be found, the likeliest first.</param>
internal sealed record MpiLauncher(int? Count, IReadOnlyList<string> Libraries)
{
    /// <summary>Environment variable that names the MPI library to load.</summary>
    public const string LibraryVariable = "OMG_MPI";

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.40.dylib", "libmpi.dylib"];
    private static readonly string[] Mpich = ["libmpi.so.12", "libmpich.so.12", "libmpi.12.dylib"];

    /// <summary>The launcher of this process; null where it was started like any other program.</summary>
    public static MpiLauncher? Find() => Find(Environment.GetEnvironmentVariable);

    /// <param name="variable">Reads a variable of the environment.</param>
    public static MpiLauncher? Find(Func<string, string?> variable)
    {
        string[]? libraries =
            variable("OMPI_COMM_WORLD_SIZE") is not null ? [.. OpenMpi, .. Mpich]
            : variable("PMI_RANK") is not null ? [.. Mpich, .. OpenMpi]
            : variable("PMIX_RANK") is not null ? [.. OpenMpi, .. Mpich]
            : null;
        if (libraries is null)
        {
            return null;
        }

        string? size = variable("OMPI_COMM_WORLD_SIZE") ?? variable("PMI_SIZE");
        return new MpiLauncher(
            int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null,
            variable(LibraryVariable) is { Length: > 0 } named ? [named] : libraries
        );
    }
}
