using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Evaluation.Runs;

/// <summary>The contracts of this library.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
