using System.Text.Json.Serialization;

namespace OmgLlava.World;

/// <summary>The contracts of this library.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PackFile))]
internal sealed partial class WorldJson : JsonSerializerContext;
