using System.Text.Json.Nodes;
using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Collects the records of a data folder, scene by scene.</summary>
internal sealed class WorldAnnotations(WorldVocabulary vocabulary, string split)
{
    private readonly JsonLines _images = new();
    private readonly JsonLines _panoptic = new();
    private readonly JsonLines _instances = new();
    private readonly JsonLines _referring = new();
    private readonly JsonLines _reasoning = new();
    private readonly JsonLines _captions = new();
    private readonly JsonLines _regions = new();
    private readonly JsonLines _points = new();
    private readonly JsonLines _conversations = new();
    private readonly Dictionary<string, int> _classes = vocabulary
        .ClassNames.Select((name, i) => (name, i))
        .ToDictionary(pair => pair.name, pair => pair.i);
    private long _sentences;

    public long Things => _instances.Count;

    public long Expressions => _sentences;

    public void Add(int image, Scene scene, SceneTexts texts)
    {
        string file = FileName(image);
        var picture = new JsonObject
        {
            ["id"] = image,
            ["file_name"] = file,
            ["width"] = scene.Picture.Width,
            ["height"] = scene.Picture.Height,
        };
        _images.Add(picture);
        _panoptic.Add(Panoptic(image, scene));
        long firstInstance = _instances.Count + 1;
        JsonObject[] encodings = [.. scene.Things.Select(thing => Rle(thing.Mask))];
        foreach (SceneThing thing in scene.Things)
        {
            _instances.Add(
                new JsonObject
                {
                    ["id"] = firstInstance + thing.Id - 1,
                    ["image_id"] = image,
                    ["category_id"] = CategoryId(thing.Category.Name),
                    ["iscrowd"] = 0,
                    ["area"] = thing.Area,
                    ["bbox"] = Box(thing.Box),
                    ["segmentation"] = encodings[thing.Id - 1].DeepClone(),
                }
            );
        }

        foreach (SceneExpression expression in texts.Expressions)
        {
            (expression.Kind == ExpressionKind.Reasoning ? _reasoning : _referring).Add(
                Reference(image, firstInstance, expression)
            );
        }

        _captions.Add(Caption(image, file, scene, texts.Caption));
        _regions.Add(
            new JsonObject
            {
                ["id"] = image,
                ["file_name"] = file,
                ["width"] = scene.Picture.Width,
                ["height"] = scene.Picture.Height,
                ["description"] = new JsonArray([
                    .. texts.Regions.Select((region, i) => JsonValue.Create($"<region{i + 1}>: {region.Description}")),
                ]),
                ["annotation"] = new JsonArray([
                    .. texts.Regions.Select(region =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["bbox"] = Box(scene.Things[region.Thing - 1].Box),
                                ["segmentation"] = encodings[region.Thing - 1].DeepClone(),
                            }
                    ),
                ]),
            }
        );
        AddPoints(image, file, scene, texts.PointQuestions);
        foreach (SceneQuestion question in texts.PictureQuestions)
        {
            _conversations.Add(
                new JsonObject
                {
                    ["id"] = $"{question.Kind.ToString().ToLowerInvariant()}/{_conversations.Count + 1}",
                    ["image"] = file,
                    ["conversations"] = Messages($"<image>\n{question.Question}", question.Answer),
                }
            );
        }
    }

    /// <summary>Writes all files.</summary>
    public void Save(string directory)
    {
        string things = JsonLines.Array(
            vocabulary.Categories.Select(category =>
                Category(category.Name, category.Kinds.Count > 0 ? category.Kinds[^1] : "thing", thing: true)
            )
        );
        string all = JsonLines.Array(
            vocabulary
                .Categories.Select(category =>
                    Category(category.Name, category.Kinds.Count > 0 ? category.Kinds[^1] : "thing", thing: true)
                )
                .Concat(vocabulary.Stuffs.Select(stuff => Category(stuff.Name, "stuff", thing: false)))
        );
        JsonLines.Save(
            Path.Combine(directory, "panoptic.json"),
            ("images", _images.ToString()),
            ("annotations", _panoptic.ToString()),
            ("categories", all)
        );
        JsonLines.Save(
            Path.Combine(directory, "instances.json"),
            ("images", _images.ToString()),
            ("annotations", _instances.ToString()),
            ("categories", things)
        );
        _referring.Save(Path.Combine(directory, "referring.json"));
        _reasoning.Save(Path.Combine(directory, "reasoning.json"));
        _captions.Save(Path.Combine(directory, "captions.json"));
        _regions.Save(Path.Combine(directory, "regions.json"));
        _points.Save(Path.Combine(directory, "points.json"));
        _conversations.Save(Path.Combine(directory, "conversations.json"));
    }

    private static string FileName(int image) => $"{image:D6}.png";

    private int CategoryId(string name) => _classes[name] + 1;

    private JsonObject Category(string name, string group, bool thing) =>
        new()
        {
            ["id"] = CategoryId(name),
            ["name"] = name,
            ["supercategory"] = group,
            ["isthing"] = thing ? 1 : 0,
        };

    private JsonObject Panoptic(int image, Scene scene)
    {
        JsonObject Segment(int id, string name, Mask mask, bool thing) =>
            new()
            {
                ["id"] = id,
                ["category_id"] = CategoryId(name),
                ["area"] = mask.Area,
                ["bbox"] = Box(mask.Box!.Value),
                ["iscrowd"] = 0,
                ["isthing"] = thing ? 1 : 0,
            };
        return new JsonObject
        {
            ["image_id"] = image,
            ["file_name"] = FileName(image),
            ["segments_info"] = new JsonArray([
                .. scene.Things.Select(thing => Segment(thing.Id, thing.Category.Name, thing.Mask, thing: true)),
                .. scene.Stuffs.Select(stuff => Segment(stuff.Id, stuff.Kind.Name, stuff.Mask, thing: false)),
            ]),
        };
    }

    private JsonObject Reference(int image, long firstInstance, SceneExpression expression)
    {
        _sentences++;
        return new JsonObject
        {
            ["ref_id"] = _sentences,
            ["image_id"] = image,
            ["file_name"] = FileName(image),
            ["split"] = split,
            ["kind"] = expression.Kind.ToString().ToLowerInvariant(),
            ["ann_id"] = new JsonArray([
                .. (expression.Targets.Count > 0 ? expression.Targets.Select(id => firstInstance + id - 1) : [-1L]).Select(id =>
                    JsonValue.Create(id)
                ),
            ]),
            ["no_target"] = expression.Targets.Count == 0,
            ["sentences"] = new JsonArray(new JsonObject { ["sent"] = expression.Text, ["sent_id"] = _sentences }),
        };
    }

    private static JsonObject Caption(int image, string file, Scene scene, SceneCaption caption)
    {
        var groundings = new JsonObject();
        foreach (ScenePhrase phrase in caption.Phrases)
        {
            string words = caption.Text[phrase.Start..phrase.End];
            string key = words;
            for (int twice = 2; groundings.ContainsKey(key); twice++)
            {
                key = $"{words} ({twice})";
            }

            groundings[key] = new JsonObject
            {
                ["token_positives"] = new JsonArray(phrase.Start, phrase.End),
                ["rle_masks"] = new JsonArray([.. phrase.Segments.Select(id => (JsonNode)Rle(scene.Union([id])))]),
            };
        }

        return new JsonObject
        {
            ["image_id"] = image,
            ["file_name"] = file,
            ["caption"] = caption.Text,
            ["groundings"] = groundings,
        };
    }

    private void AddPoints(int image, string file, Scene scene, IReadOnlyList<SceneQuestion> questions)
    {
        const int MarksAtOnce = 3;
        foreach ((SceneQuestion[] group, int at) in questions.Chunk(MarksAtOnce).Select((group, at) => (group, at)))
        {
            int[] things = [.. group.Select(question => question.Thing).Distinct()];
            _points.Add(
                new JsonObject
                {
                    ["id"] = $"{image}/{at}",
                    ["image"] = file,
                    ["points"] = new JsonArray([
                        .. things.Select(id =>
                            (JsonNode)Point(ScenePoints.Inside(scene.Things[id - 1].Mask, SceneRandom.For(image, at, id)))
                        ),
                    ]),
                    ["conversations"] = Messages([
                        .. group.SelectMany(question =>
                            new[]
                            {
                                question.Question.Replace(
                                    "this",
                                    $"Mark {Array.IndexOf(things, question.Thing) + 1}",
                                    StringComparison.Ordinal
                                ),
                                question.Answer,
                            }
                        ),
                    ]),
                }
            );
        }
    }

    private static JsonArray Point(PixelPoint point) => new(point.X, point.Y);

    private static JsonArray Messages(params string[] texts) =>
        new([
            .. texts.Select((text, i) => (JsonNode)new JsonObject { ["from"] = i % 2 == 0 ? "human" : "gpt", ["value"] = text }),
        ]);

    private static JsonArray Box(PixelBox box) => new((int)box.X0, (int)box.Y0, (int)box.Width, (int)box.Height);

    private static JsonObject Rle(Mask mask) =>
        new() { ["size"] = new JsonArray(mask.Height, mask.Width), ["counts"] = mask.ToRle().ToString() };
}
