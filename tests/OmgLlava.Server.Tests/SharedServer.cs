using OmgLlava.Tests.Server;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace OmgLlava.Tests.Server;

/// <summary>One server with the defaults for all tests that change nothing of it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly TinyModel _tiny = new();
    private RunningServer? _server;

    internal RunningServer Server => _server!;

    internal OmgLlavaModel Model => _tiny.Model;

    internal string Directory => _tiny.Directory;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_tiny.Model);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _tiny.Dispose();
    }
}
