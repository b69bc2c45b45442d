using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Words for single things: their looks and their places.</summary>
internal sealed class SceneDescriber(Scene scene)
{
    /// <summary>"a broken red cup": the looks that are sure, and the name; no article.</summary>
    public static string Looks(SceneThing thing)
    {
        string state = thing.Condition switch
        {
            ThingCondition.Broken => "broken ",
            ThingCondition.UpsideDown => "upside-down ",
            _ => "",
        };
        string color = thing.MainColor >= 0 ? $"{ColorNames.All[thing.MainColor]} " : "";
        return $"{state}{color}{thing.Category.Name}";
    }

    /// <summary>"at the top left", "in the middle", ...; null where it lies between two of them.</summary>
    public string? Place(SceneThing thing)
    {
        PixelPoint center = thing.Box.Center;
        int column = Third(center.X / scene.Picture.Width);
        int row = Third(center.Y / scene.Picture.Height);
        return column < 0 || row < 0
            ? null
            : (column, row) switch
            {
                (1, 1) => "in the middle",
                (0, 1) => "on the left",
                (2, 1) => "on the right",
                (1, 0) => "at the top",
                (1, 2) => "at the bottom",
                (0, 0) => "at the top left",
                (2, 0) => "at the top right",
                (0, 2) => "at the bottom left",
                _ => "at the bottom right",
            };
    }

    /// <summary>The name and one sentence about a thing.</summary>
    public SceneRegion Region(SceneThing thing)
    {
        string? place = Place(thing) is { } where ? $"{where} of the picture" : null;
        string?[] places = thing.Placing == StuffKind.Somewhere ? [place] : [thing.Placing.Placing, place];
        string what = English.Capital(English.A(Looks(thing)));
        string said = string.Join(", ", places.Where(known => known is not null));
        return new SceneRegion(thing.Id, English.A(thing.Category.Name), said.Length == 0 ? $"{what}." : $"{what} {said}.");
    }

    /// <summary>0, 1, 2 for the thirds of a side; -1 near a border between them.</summary>
    private static int Third(float share) =>
        share < 0.31f ? 0
        : share is > 0.36f and < 0.64f ? 1
        : share > 0.69f ? 2
        : -1;
}
