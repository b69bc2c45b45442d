using OmgLlava.Training.Ranks;

namespace OmgLlava.Tests.Training.Ranks;

public class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 PMIX_RANK=0", 4, "libmpi.so.40")] // Open MPI's mpirun
    [InlineData("PMI_RANK=1 PMI_SIZE=3", 3, "libmpi.so.12")] // MPICH's, Intel MPI's
    [InlineData("PMIX_RANK=2", null, "libmpi.so.40")] // srun --mpi=pmix
    [InlineData("PMI_RANK=1 OMG_MPI=/opt/mpi/libmpi.so", null, "/opt/mpi/libmpi.so")]
    [InlineData("OMPI_COMM_WORLD_SIZE=many", null, "libmpi.so.40")]
    public void Launchers_are_known_by_their_environment(string environment, int? count, string library)
    {
        MpiLauncher launcher = Find(environment)!;
        Assert.Equal(count, launcher.Count);
        Assert.Equal(library, launcher.Libraries[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("OMG_MPI=/opt/mpi/libmpi.so SLURM_NTASKS=4")]
    public void A_process_that_nobody_launched_is_alone(string environment) => Assert.Null(Find(environment));

    [Fact]
    public void A_library_that_is_missing_or_none_is_named()
    {
        var missing = Assert.Throws<OmgLlavaException>(() => MpiLibrary.Load(["libnone-of-this-name.so"]));
        Assert.Contains("libnone-of-this-name.so", missing.Message, StringComparison.Ordinal);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libc.so.6 is Linux's.");
        var other = Assert.Throws<OmgLlavaException>(() => MpiLibrary.Load(["libc.so.6"]));
        Assert.Contains("no MPI library", other.Message, StringComparison.Ordinal);
    }

    private static MpiLauncher? Find(string environment)
    {
        Dictionary<string, string> variables = environment
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('='))
            .ToDictionary(setting => setting[0], setting => setting[1]);
        return MpiLauncher.Find(variables.GetValueOrDefault);
    }
}
