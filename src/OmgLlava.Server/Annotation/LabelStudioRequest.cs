using System.Text.Json.Serialization;

namespace OmgLlava.Server.Annotation;

/// <summary>What Label Studio asks its machine-learning backend for.</summary>
/// <param name="Tasks">The tasks, with their data.</param>
/// <param name="LabelConfig">The project's labelling configuration.</param>
/// <param name="Params">What the user does at the moment.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record LabelStudioRequest(
    IReadOnlyList<LabelStudioTask> Tasks,
    string? LabelConfig = null,
    LabelStudioParameters? Params = null
);
