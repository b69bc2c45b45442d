namespace OmgLlava.Data.Json;

/// <summary>How a JSON file holds its records.</summary>
internal enum JsonLayout
{
    /// <summary>The file is an array of records.</summary>
    Array,

    /// <summary>The file is an object with arrays of records.</summary>
    Sections,

    /// <summary>The file is one record after the other.</summary>
    Lines,
}
