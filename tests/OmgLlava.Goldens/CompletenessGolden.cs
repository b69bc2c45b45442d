namespace OmgLlava.Goldens;

/// <summary>A case folder that no test class reads is a failure, and so is an empty folder of cases.</summary>
public class CompletenessGolden
{
    [Fact]
    public void Every_case_folder_has_a_test()
    {
        string[] unknown =
        [
            .. GoldenFolder.Cases().Select(folder => Path.GetFileName(folder)).Where(name => GoldenKinds.KindOf(name) is null),
        ];
        Assert.True(unknown.Length == 0, $"No test reads the golden case(s) {string.Join(", ", unknown)}.");
        Assert.NotEmpty(GoldenFolder.Cases());
    }

    [Fact]
    public void Every_kind_has_a_test_class()
    {
        string[] tested =
        [
            .. typeof(CompletenessGolden)
                .Assembly.GetTypes()
                .SelectMany(type => type.GetMethods())
                .SelectMany(method => method.GetCustomAttributes(typeof(GoldenDataAttribute), false).Cast<GoldenDataAttribute>())
                .Select(attribute => attribute.Kind),
        ];
        Assert.Empty(GoldenKinds.All.Except(tested));
    }
}
