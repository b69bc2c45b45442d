namespace OmgLlava.Goldens;

public class ProjectorVisualPromptProjectionGolden
{
    [Theory, GoldenData(GoldenKinds.ProjectorVisualPromptProjection)]
    public void Matches(string name) => GoldenCase.Run(name, GoldenProjector.Compare);
}
