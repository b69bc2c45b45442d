using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>The server's JSON, and any type that a test makes up.</summary>
internal static class TestJson
{
    public static JsonSerializerOptions Options { get; } =
        new(ApiJson.Options)
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(
                ApiJson.Options.TypeInfoResolver,
                new DefaultJsonTypeInfoResolver()
            ),
        };
}
