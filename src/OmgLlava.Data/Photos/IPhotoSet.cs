namespace OmgLlava.Data.Photos;

/// <summary>Labelled photographs in a published layout. Nothing is read before it is asked for; safe to use from several
/// threads.</summary>
public interface IPhotoSet
{
    /// <summary>The classes that occur, each once.</summary>
    IReadOnlyList<PhotoClass> Classes { get; }

    /// <summary>How many photographs there are.</summary>
    int Count { get; }

    /// <summary>The file of a photograph.</summary>
    string ImagePath(int index);

    /// <summary>Reads what is known of a photograph.</summary>
    /// <exception cref="OmgLlavaException">A file is missing or damaged; the message names it.</exception>
    PhotoLabels Read(int index);
}
