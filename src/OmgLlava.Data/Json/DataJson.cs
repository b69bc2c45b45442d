using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Data.Annotating;

namespace OmgLlava.Data.Json;

/// <summary>The contracts of this library.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AnnotationPlan))]
[JsonSerializable(typeof(ShardSentinel))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class DataJson : JsonSerializerContext;
