using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using OmgLlava.Cluster.Routing;

namespace OmgLlava.Cluster.Tests;

/// <summary>What a client gets when servers are lost while they answer: servers that are made up, lost at every place.</summary>
public class ForwardedAnswerTests
{
    private static readonly string[] Events =
    [
        "event: start\ndata: {\"question\":\"What is there?\"}\n\n",
        "event: text\ndata: {\"text\":\"A red \",\"phrase\":0}\n\n",
        "event: text\ndata: {\"text\":\"apple\",\"phrase\":0}\n\n",
        "event: segment\ndata: {\"index\":0,\"phrase\":\"A red apple\",\"score\":0.93,\"mask\":{\"counts\":\"abc\"}}\n\n",
        "event: done\ndata: {\"text\":\"A red apple\",\"timings\":{\"total_seconds\":0.4}}\n\n",
    ];

    [Fact]
    public async Task With_retry_the_answer_goes_on_where_it_was_lost()
    {
        for (int lost = 0; lost <= Events.Length; lost++)
        {
            Assert.Equal(string.Concat(Events), await AskAsync(true, (Events, lost), (Events, null)));
            // Also where the next one is lost before it comes as far, or a little later.
            (string[], int?)[] twice = [(Events, lost), (Events, Math.Max(0, lost - 1)), (Events, lost), (Events, null)];
            Assert.Equal(string.Concat(Events), await AskAsync(true, twice));
        }
    }

    [Fact]
    public async Task What_is_measured_may_differ_and_the_rest_may_not()
    {
        string[] elsewhere = [.. Events.Select(sent => sent.Replace("0.93", "0.92").Replace("abc", "abd").Replace("0.4", "0.5"))];
        string[] expected = [.. Events[..4], elsewhere[4]];
        Assert.Equal(string.Concat(expected), await AskAsync(true, (Events, 4), (elsewhere, null)));

        string[] others = [Events[0], Events[1], Events[2].Replace("apple", "pear"), Events[3], Events[4]];
        string told = await AskAsync(true, (Events, 3), (others, null));
        Assert.StartsWith(string.Concat(Events[..3]) + "\n\nevent: error\ndata: ", told, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"answer_differs\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain("pear", told, StringComparison.Ordinal);

        // An answer that ends before the place where the first was lost is another one, too.
        string shorter = await AskAsync(true, (Events, 4), (Events[..2], null));
        Assert.Contains("\"code\":\"answer_differs\"", shorter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_retry_it_ends_in_words_unless_nothing_had_been_sent()
    {
        Assert.Equal(string.Concat(Events), await AskAsync(false, (Events, 0), (Events, null)));
        string told = await AskAsync(false, (Events, 2), (Events, null));
        Assert.StartsWith(string.Concat(Events[..2]) + "\n\nevent: error\ndata: ", told, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"server_lost\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_server_goes_on_it_says_so()
    {
        string told = await AskAsync(true, [(Events, 2), .. Enumerable.Repeat((Events, (int?)0), 100)]);
        Assert.StartsWith(string.Concat(Events[..2]) + "\n\nevent: error\ndata: ", told, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"server_lost\"", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"question": "retry", "history": [{"retry": true}], "retry": true}""", true)]
    [InlineData("""{"retry": false, "stream": true}""", false)]
    [InlineData("""{"question": "retry", "prompts": [{"retry": true}]}""", false)]
    [InlineData("""{"stream": true}""", false)]
    [InlineData("""{"retry": tru""", false)]
    [InlineData("""["retry", true]""", false)]
    [InlineData("\"retry\"", false)]
    public void Whether_a_request_wishes_it_is_read_from_its_own_field(string body, bool wished) =>
        Assert.Equal(wished, RetryWish.IsIn(Encoding.UTF8.GetBytes(body)));

    /// <summary>Asks servers one after the other.</summary>
    /// <param name="retry">Whether the client wishes for the answer to go on.</param>
    /// <param name="servers">What each says, and after how many events it is lost; null for never.</param>
    /// <returns>What the client gets.</returns>
    private static async Task<string> AskAsync(bool retry, params (string[] Events, int? Lost)[] servers)
    {
        var got = Channel.CreateUnbounded<AnswerPiece>();
        using var client = new AnswerFeature(got.Writer);
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(client);
        context.Features.Set<IHttpResponseBodyFeature>(client);
        int asked = 0;
        var answer = new ForwardedAnswer(
            context, retry ? new SentEvents() : null, TimeSpan.FromSeconds(1), NullLogger.Instance);
        await answer.RunAsync(() => AnswerAsync(servers[asked].Events, servers[asked++].Lost));
        await client.CompleteAsync();
        got.Writer.Complete();
        var text = new StringBuilder();
        await foreach (AnswerPiece piece in got.Reader.ReadAllAsync())
        {
            text.Append(Encoding.UTF8.GetString(piece.Bytes));
        }

        return text.ToString();
    }

    private static async IAsyncEnumerable<AnswerPiece> AnswerAsync(string[] events, int? lost)
    {
        string[] headers = ["Content-Type", "text/event-stream; charset=utf-8"];
        for (int i = 0; i < events.Length; i++)
        {
            if (i == lost)
            {
                throw new Orleans.Runtime.SiloUnavailableException("lost");
            }

            await Task.Yield();
            yield return new AnswerPiece(i == 0 ? 200 : 0, i == 0 ? headers : [], Encoding.UTF8.GetBytes(events[i]), Last: false);
        }

        if (lost == events.Length)
        {
            throw new Orleans.Runtime.SiloUnavailableException("lost");
        }

        yield return new AnswerPiece(0, [], [], Last: true);
    }
}
