namespace OmgLlava.MetricGoldens;

/// <summary>A case folder that no test class reads is a failure, and so is an empty folder of cases.</summary>
public class CompletenessGolden
{
    [Fact]
    public void Every_case_folder_has_a_test()
    {
        string[] unknown = [.. MetricFolder.Cases().Where(name => MetricFolder.KindOf(name) is null)];
        Assert.True(unknown.Length == 0, $"No test reads the metric case(s) {string.Join(", ", unknown)}.");
        Assert.NotEmpty(MetricFolder.Cases());
    }

    [Fact]
    public void Every_kind_has_a_test_class()
    {
        string[] tested =
        [
            .. typeof(CompletenessGolden)
                .Assembly.GetTypes()
                .SelectMany(type => type.GetMethods())
                .SelectMany(method => method.GetCustomAttributes(typeof(MetricDataAttribute), false).Cast<MetricDataAttribute>())
                .Select(attribute => attribute.Kind),
        ];
        Assert.Empty(MetricFolder.Kinds.Except(tested));
    }
}
