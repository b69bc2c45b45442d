namespace OmgLlava.Data.Coco;

/// <summary>A category of a COCO file.</summary>
/// <param name="Id">Its id in the file; ids need not be without gaps.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">The group it belongs to (<c>supercategory</c>); empty where the file names none.</param>
/// <param name="IsThing">Whether it is countable; true where the file does not say.</param>
public sealed record CocoCategory(int Id, string Name, string Group, bool IsThing);
