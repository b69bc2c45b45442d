namespace OmgLlava.Data.Semantic;

/// <summary>A picture with the class of every pixel.</summary>
/// <param name="Id">The picture's name.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="LabelPath">The PNG with the labels as they were published.</param>
public sealed record SemanticSample(string Id, string ImagePath, string LabelPath);
