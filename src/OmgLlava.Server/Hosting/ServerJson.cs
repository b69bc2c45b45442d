using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OmgLlava.Json;
using OmgLlava.Server.Annotation;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>The contracts of the server: all that it reads and writes.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AnswerJson))]
[JsonSerializable(typeof(AnyLabelingRequest))]
[JsonSerializable(typeof(AnyLabelingShape[]))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(CompletionChunk))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(ContentPart[]))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(GroundingJson[]))]
[JsonSerializable(typeof(ImageReference))]
[JsonSerializable(typeof(ImageResponse))]
[JsonSerializable(typeof(ImageUrl))]
[JsonSerializable(typeof(IReadOnlyList<ChatMessage>))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
[JsonSerializable(typeof(IReadOnlyList<Sample>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(LabelStudioRequest))]
[JsonSerializable(typeof(ModelEntry))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(PanopticRequest))]
[JsonSerializable(typeof(PanopticResponse))]
[JsonSerializable(typeof(ResponseBody))]
[JsonSerializable(typeof(ResponsesRequest))]
[JsonSerializable(typeof(SampleList))]
[JsonSerializable(typeof(SegmentEvent))]
[JsonSerializable(typeof(SegmentRequest))]
[JsonSerializable(typeof(SegmentResponse))]
[JsonSerializable(typeof(SegmentationJson))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ServerJson : JsonSerializerContext;
