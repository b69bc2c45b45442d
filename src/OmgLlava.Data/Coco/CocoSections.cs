using OmgLlava.Data.Json;

namespace OmgLlava.Data.Coco;

/// <summary>What COCO's files have in common: pictures, categories, annotations.</summary>
/// <param name="Images">Pictures.</param>
/// <param name="Categories">Categories; empty where the file has none.</param>
/// <param name="ImageRecords">The pictures as they stand in the file.</param>
/// <param name="Annotations">The annotations as they stand in the file.</param>
internal sealed record CocoSections(
    IReadOnlyList<CocoImage> Images,
    IReadOnlyList<CocoCategory> Categories,
    JsonRecords ImageRecords,
    JsonRecords Annotations
)
{
    public Dictionary<long, CocoImage> ImagesById { get; } = Images.ToDictionary(image => image.Id);

    public Dictionary<int, CocoCategory> CategoriesById { get; } = Categories.ToDictionary(category => category.Id);

    /// <exception cref="OmgLlavaException">The file is missing, is no such file, or has a broken record.</exception>
    public static CocoSections Read(string path)
    {
        IReadOnlyDictionary<string, JsonRecords> sections = JsonIndex.Sections(path);
        JsonRecords images = Section(sections, path, "images");
        return new CocoSections(
            Unique(
                images,
                record => new CocoImage(
                    record.Integer("id"),
                    record.Text("file_name"),
                    record.Size("width"),
                    record.Size("height")
                ),
                image => image.Id
            ),
            sections.TryGetValue("categories", out JsonRecords? categories)
                ? Unique(categories, Category, category => category.Id)
                : [],
            images,
            Section(sections, path, "annotations")
        );
    }

    /// <exception cref="OmgLlavaException">The file does not have it.</exception>
    public static JsonRecords Section(IReadOnlyDictionary<string, JsonRecords> sections, string path, string name) =>
        sections.GetValueOrDefault(name)
        ?? throw new OmgLlavaException($"'{path}' has no array '{name}'; it is not a file in COCO's layout.");

    private static CocoCategory Category(JsonRecord record) =>
        new(
            record.Category("id"),
            record.Text("name"),
            record.Has("supercategory") ? record.Text("supercategory") : "",
            !record.Has("isthing") || record.Flag("isthing")
        );

    private static List<T> Unique<T>(JsonRecords records, Func<JsonRecord, T> read, Func<T, long> id)
    {
        var items = new List<T>(records.Count);
        var ids = new HashSet<long>();
        foreach (JsonRecord record in records.All())
        {
            T item = read(record);
            items.Add(ids.Add(id(item)) ? item : throw record.Error($"the id {id(item)} is there twice"));
        }

        return items;
    }
}
