namespace OmgLlava.Data.Annotating;

/// <summary>The records of a shard, each as its line.</summary>
internal sealed record ShardContent(List<string> Images, List<string> Annotations, List<string> Broken);
