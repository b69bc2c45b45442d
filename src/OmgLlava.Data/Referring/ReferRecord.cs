namespace OmgLlava.Data.Referring;

/// <summary>A record of REFER: an object and sentences for it.</summary>
/// <param name="Id">Its id (<c>ref_id</c>).</param>
/// <param name="AnnotationId">The object, an annotation of <c>instances.json</c>.</param>
/// <param name="ImageId">The picture.</param>
/// <param name="CategoryId">The object's category.</param>
/// <param name="Split">The part of the data set it belongs to, as written: testA and testB may be together.</param>
/// <param name="Sentences">The sentences.</param>
public sealed record ReferRecord(
    long Id,
    long AnnotationId,
    long ImageId,
    int CategoryId,
    string Split,
    IReadOnlyList<ReferSentence> Sentences
);
