using System.Text;

namespace OmgLlava.World;

/// <summary>
/// Writes the grounded caption of a scene: every thing and every kind of stuff that can be seen well, each phrase with its
/// segments. What stands on one ground is told from left to right, so that it is clear what comes next.
/// </summary>
internal sealed class CaptionWriter(Scene scene)
{
    private const double SmallestStuff = 0.02;

    private readonly StringBuilder _text = new();
    private readonly List<ScenePhrase> _phrases = [];

    /// <summary>"A red car and two cats are on the grass. A bird is in the sky. ..."; of a photograph what is known to be all of
    /// its kind, which may be nothing.</summary>
    public SceneCaption Write()
    {
        var named = new HashSet<int>();
        foreach (
            IGrouping<StuffKind, SceneThing> place in scene
                .Things.Where(thing => scene.Knows(thing.Category.Name))
                .GroupBy(thing => thing.Placing)
                .OrderBy(group => IndexOf(group.Key))
        )
        {
            Sentence(place.Key, [.. place], named);
        }

        SceneStuff[] rest =
        [
            .. scene.Stuffs.Where(stuff =>
                !named.Contains(stuff.Id) && stuff.Mask.Area >= SmallestStuff * scene.SegmentIds.Count
            ),
        ];
        if (rest.Length > 0)
        {
            Space();
            _text.Append("There is ");
            for (int i = 0; i < rest.Length; i++)
            {
                Join(i, rest.Length);
                Phrase(Article(rest[i].Kind), [rest[i].Id]);
            }

            _text.Append(named.Count > 0 ? ", too." : ".");
        }

        return new SceneCaption(_text.ToString(), _phrases);
    }

    private void Sentence(StuffKind place, SceneThing[] things, HashSet<int> named)
    {
        Space();
        SceneThing[][] groups =
        [
            .. things
                .GroupBy(thing => thing.Category.Name)
                .OrderBy(group => group.Min(thing => thing.Box.Center.X))
                .Select(group => group.ToArray()),
        ];
        for (int i = 0; i < groups.Length; i++)
        {
            Join(i, groups.Length);
            SceneThing[] group = groups[i];
            string phrase =
                group.Length > 1
                    ? $"{English.Number(group.Length)} {group[0].Category.Plural}"
                    : English.A(SceneDescriber.Looks(group[0]));
            Phrase(i == 0 ? English.Capital(phrase) : phrase, [.. group.Select(thing => thing.Id)]);
        }

        _text.Append(things.Length > 1 ? " are " : " is ");
        SceneStuff? stuff = scene.Stuffs.FirstOrDefault(candidate => candidate.Kind == place);
        int split = place.Placing.Length - place.Name.Length - "the ".Length;
        _text.Append(place.Placing, 0, split);
        if (stuff is not null)
        {
            Phrase($"the {place.Name}", [stuff.Id]);
            named.Add(stuff.Id);
        }
        else
        {
            _text.Append("the ").Append(place.Name);
        }

        _text.Append('.');
    }

    private int IndexOf(StuffKind kind) => scene.Stuffs.TakeWhile(stuff => stuff.Kind != kind).Count();

    private static string Article(StuffKind kind) =>
        kind.Name is "sky" ? "the sky"
        : kind.Name is "grass" or "sand" or "water" or "snow" or "soil" or "wallpaper" ? kind.Name
        : English.A(kind.Name);

    private void Join(int i, int count) =>
        _text.Append(
            i == 0 ? ""
            : i == count - 1 ? " and "
            : ", "
        );

    private void Space() => _text.Append(_text.Length > 0 ? " " : "");

    private void Phrase(string words, IReadOnlyList<int> segments)
    {
        _phrases.Add(new ScenePhrase(_text.Length, _text.Length + words.Length, segments));
        _text.Append(words);
    }
}
