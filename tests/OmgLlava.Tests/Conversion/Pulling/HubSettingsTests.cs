using OmgLlava.Conversion.Pulling;

namespace OmgLlava.Tests.Conversion.Pulling;

public class HubSettingsTests
{
    private static readonly string User = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Theory]
    [InlineData("", "~/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("HF_HOME=/h,XDG_CACHE_HOME=/x", "/h/hub")]
    [InlineData("HF_HOME=~/h", "~/h/hub")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old,HF_HOME=/h", "/old")]
    [InlineData("HF_HUB_CACHE=/new,HUGGINGFACE_HUB_CACHE=/old", "/new")]
    public void The_cache_is_where_Python_has_it(string variables, string cache)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "paths as Unix has them");
        Assert.Equal(cache.Replace("~", User, StringComparison.Ordinal), Settings(variables).Cache);
    }

    [Fact]
    public void The_token_is_that_of_the_environment_or_of_the_login()
    {
        using var folder = new TemporaryFolder();
        folder.Write("token", "hf_file\n"u8.ToArray());
        Assert.Equal("hf_file", Settings($"HF_HOME={folder.Path}").Token);
        Assert.Equal("hf_file", Settings($"HF_TOKEN_PATH={folder["token"]},HF_HOME=/none").Token);
        Assert.Equal("hf_set", Settings($"HF_HOME={folder.Path},HF_TOKEN= hf_set ").Token);
        Assert.Null(Settings($"HF_HOME={folder.Path},HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Settings("HF_HOME=/none").Token);
        Assert.Contains(
            "HF_TOKEN",
            Assert.Throws<OmgLlavaException>(() => Settings("HF_TOKEN=a b")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Endpoint_offline_and_timeout_are_honoured()
    {
        HubSettings settings = Settings("HF_ENDPOINT=http://mirror:8080/hub/,HF_HUB_OFFLINE=yes,HF_HUB_DOWNLOAD_TIMEOUT=2.5");
        Assert.Equal("http://mirror:8080/hub", settings.Endpoint.AbsoluteUri);
        Assert.True(settings.Offline);
        Assert.Equal(TimeSpan.FromSeconds(2.5), settings.Silence);
        Assert.False(Settings("HF_HUB_OFFLINE=0").Offline);
        Assert.Contains(
            "HF_ENDPOINT",
            Assert.Throws<OmgLlavaException>(() => Settings("HF_ENDPOINT=ftp://x")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "HF_HUB_DOWNLOAD_TIMEOUT",
            Assert.Throws<OmgLlavaException>(() => Settings("HF_HUB_DOWNLOAD_TIMEOUT=soon")).Message,
            StringComparison.Ordinal
        );
    }

    private static HubSettings Settings(string variables)
    {
        var set = variables
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return HubSettings.From(set.GetValueOrDefault);
    }
}
