namespace OmgLlava.Goldens;

public class ProjectorCrossAttentionGolden
{
    [Theory, GoldenData(GoldenKinds.ProjectorCrossAttention)]
    public void Matches(string name) => GoldenCase.Run(name, GoldenProjector.Compare);
}
