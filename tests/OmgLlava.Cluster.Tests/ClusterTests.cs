using System.Net;
using System.Net.Http.Json;

namespace OmgLlava.Cluster.Tests;

/// <summary>Three servers as processes answer as one does, whichever is asked, and go on when one is killed.</summary>
[Collection("processes")]
public sealed class ClusterTests
{
    private const string Question = "What color is the umbrella?";

    [Fact]
    public async Task Whichever_server_is_asked_the_answer_is_that_of_one()
    {
        using ServerProcesses cluster = await ServerProcesses.StartAsync(3, ServerProcesses.Patiently);
        string picture = await ServerProcesses.UploadAsync(cluster[0], 6);
        Assert.Equal(picture, await ServerProcesses.UploadAsync(cluster[1], 6));
        string[] answers =
            [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(i => ServerProcesses.AskAsync(cluster[i], picture, Question)))];
        Assert.Equal(await AloneAsync(), answers[0]);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(await cluster.HolderOfAsync(picture, 0), await cluster.HolderOfAsync(picture, 2));
        await ErrorsAreThoseOfOneServer(cluster, picture);

        string reply = (await ServerProcesses.RespondAsync(cluster[0], picture, null, Question)).Id;
        int holder = await cluster.HolderOfAsync(picture, 0);
        cluster.Servers[holder].Kill();
        int other = (holder + 1) % 3;
        // Stored: the picture and the turns. The answer is that of the conversation, not of a new one.
        string next = (await ServerProcesses.RespondAsync(cluster[other], picture, reply, "How many birds are there?")).Id;
        Assert.Equal(answers[0], await ServerProcesses.AskAsync(cluster[(holder + 2) % 3], picture, Question));
        using HttpResponseMessage kept = await cluster[other].GetAsync($"/v1/responses/{next}");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);

        using HttpResponseMessage deleted = await cluster[other].DeleteAsync($"/v1/images/{picture}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using HttpResponseMessage gone = await cluster[(holder + 2) % 3].GetAsync($"/v1/images/{picture}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    /// <summary>The same question to a server that is no cluster.</summary>
    private static async Task<string> AloneAsync()
    {
        using ServerProcess alone = await ServerProcess.StartAsync("");
        return await ServerProcesses.AskAsync(alone.Client, await ServerProcesses.UploadAsync(alone.Client, 6), Question);
    }

    private static async Task ErrorsAreThoseOfOneServer(ServerProcesses cluster, string picture)
    {
        foreach (HttpClient server in cluster.Servers.Select(server => server.Client))
        {
            using HttpResponseMessage unknown = await server.GetAsync("/v1/images/img-00000000000000000000000000000000");
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
            Assert.Contains("There is no picture", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using HttpResponseMessage outside = await server.PostAsJsonAsync(
                $"/v1/images/{picture}/segment", new { prompts = new[] { new { point = (int[])[5000, 5] } } });
            Assert.Equal(HttpStatusCode.BadRequest, outside.StatusCode);
            using HttpResponseMessage none = await server.PostAsync("/v1/images", new StringContent("no picture"));
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, none.StatusCode);
        }
    }
}
