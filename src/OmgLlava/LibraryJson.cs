using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Conversion;
using OmgLlava.Conversion.Pulling;
using OmgLlava.Json;
using OmgLlava.Verification;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>The contracts of this library.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OmgLlavaConfig))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelWords))]
[JsonSerializable(typeof(ConversionAccount))]
[JsonSerializable(typeof(ConversionRecord))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(AnswerJson))]
[JsonSerializable(typeof(SegmentationJson))]
[JsonSerializable(typeof(PromptJson[]))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class LibraryJson : JsonSerializerContext;
