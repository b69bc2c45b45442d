using System.Collections.Concurrent;

namespace OmgLlava.Cluster.Tests;

/// <summary>
/// Clients that hold conversations of two questions through all servers, and compare the answers. They ask as a balancer does:
/// where a connection breaks, another server is asked.
/// </summary>
internal sealed class ClusterClients(ServerProcesses cluster, string[] pictures)
{
    private static readonly string[] Questions = ["What color is the umbrella?", "How many birds are there?"];

    private readonly Dictionary<(string, int), string> _expected = [];
    private int _conversations;

    /// <summary>Conversations that have been held.</summary>
    public int Conversations => Volatile.Read(ref _conversations);

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>When each answer was asked for, and when it was there.</summary>
    public ConcurrentQueue<(DateTime Asked, DateTime Answered)> Answers { get; } = new();

    /// <summary>Asks everything once, while nothing is wrong.</summary>
    public async Task LearnAsync()
    {
        foreach (string picture in pictures)
        {
            string? previous = null;
            for (int turn = 0; turn < Questions.Length; turn++)
            {
                (previous, _expected[(picture, turn)]) =
                    await ServerProcesses.RespondAsync(cluster[0], picture, previous, Questions[turn]);
            }
        }
    }

    /// <summary>Holds conversations until it is stopped.</summary>
    /// <param name="clients">Questions at once.</param>
    /// <param name="open">Conversations that each client has open; it goes on with any of them.</param>
    /// <param name="stop">Ends it, after the questions that are under way.</param>
    public Task RunAsync(int clients, int open, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            var chance = new Random(client);
            var conversations = new Conversation?[open];
            while (!stop.IsCancellationRequested)
            {
                int at = chance.Next(open);
                Conversation next = conversations[at] ?? new(pictures[chance.Next(pictures.Length)], null, 0);
                conversations[at] = await GoOnAsync(chance, next);
            }
        }));

    /// <summary>Asks a conversation's next question.</summary>
    /// <returns>The conversation; null where it is over.</returns>
    private async Task<Conversation?> GoOnAsync(Random chance, Conversation conversation)
    {
        (string picture, string? previous, int turn) = conversation;
        try
        {
            (string id, string text) = await AskAsync(chance, picture, previous, Questions[turn]);
            if (text != _expected[(picture, turn)])
            {
                Failures.Enqueue($"'{text}' instead of '{_expected[(picture, turn)]}'");
            }

            if (turn + 1 < Questions.Length)
            {
                return new(picture, id, turn + 1);
            }

            Interlocked.Increment(ref _conversations);
        }
        catch (InvalidOperationException error)
        {
            Failures.Enqueue(error.Message);
        }

        return null;
    }

    private async Task<(string Id, string Text)> AskAsync(Random chance, string picture, string? previous, string question)
    {
        DateTime asked = DateTime.UtcNow;
        while (true)
        {
            ServerProcess server = cluster.Servers[chance.Next(cluster.Servers.Count)];
            try
            {
                (string, string) answer = await ServerProcesses.RespondAsync(server.Client, picture, previous, question);
                Answers.Enqueue((asked, DateTime.UtcNow));
                return answer;
            }
            catch (Exception error) when (
                error is HttpRequestException or ObjectDisposedException or TaskCanceledException or IOException)
            {
                await Task.Delay(20); // it was killed, or is not there yet
            }
        }
    }

    private sealed record Conversation(string Picture, string? Previous, int Turn);
}
