namespace OmgLlava.Goldens;

public class ProjectorGolden
{
    [Theory, GoldenData(GoldenKinds.Projector)]
    public void Matches(string name) => GoldenCase.Run(name, GoldenProjector.Compare);
}
