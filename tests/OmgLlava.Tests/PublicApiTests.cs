using PublicApiGenerator;

namespace OmgLlava.Tests;

public class PublicApiTests
{
    /// <summary>A change of the public surface is seen in review. To accept one: OMG_ACCEPT_API=1 dotnet test --project
    /// tests/OmgLlava.Tests</summary>
    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed_on()
    {
        string path = Path.Combine(Repository.Tests, "OmgLlava.Tests", "PublicApi.txt");
        string actual = typeof(OmgLlavaModel)
            .Assembly.GeneratePublicApi(
                new ApiGeneratorOptions
                {
                    IncludeAssemblyAttributes = false,
                    ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"],
                }
            )
            .ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("OMG_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
