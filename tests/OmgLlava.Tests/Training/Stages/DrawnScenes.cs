using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.Training.Samples;
using OmgLlava.World;

namespace OmgLlava.Tests.Training.Stages;

/// <summary>Scenes that need no art: squares and discs in plain colours on grey ground, with questions about them.</summary>
internal sealed class DrawnScenes(long count = long.MaxValue) : ISceneSource
{
    public const int Side = 64;

    private static readonly (byte R, byte G, byte B)[] Colors = [(220, 30, 30), (30, 60, 220)];

    public IReadOnlyList<string> ClassNames { get; } = ["square", "disc", "ground"];

    public int Things => 2;

    public IReadOnlyList<IReadOnlyList<string>> Words { get; } =
    [
        ["square", "squares"],
        ["disc", "discs"],
        ["ground"],
    ];

    public long Count => count;

    /// <summary>The states of the square and the disc, unless they are unknown.</summary>
    public IReadOnlyList<ThingCondition?> Conditions { get; init; } = [null, null];

    /// <summary>Whether nothing is to be seen in the pictures.</summary>
    public bool Dark { get; init; }

    /// <summary>Every how many-th scene has questions; 0 for none.</summary>
    public int AskedEvery { get; init; } = 1;

    public TrainingScene Scene(long number)
    {
        var random = new Random((int)(number % int.MaxValue));
        byte[] pixels = new byte[3 * Side * Side];
        int[] owner = new int[Side * Side];
        Array.Fill<byte>(pixels, 120);
        int[] kinds = [0, 1];
        for (int n = 0; n < kinds.Length; n++)
        {
            int radius = random.Next(8, 13);
            int cx = (n * Side / 2) + random.Next(radius, (Side / 2) - radius + 1);
            int cy = random.Next(radius, Side - radius);
            for (int i = 0; i < Side * Side; i++)
            {
                (int dx, int dy) = ((i % Side) - cx, (i / Side) - cy);
                if (kinds[n] == 0 ? Math.Abs(dx) <= radius && Math.Abs(dy) <= radius : (dx * dx) + (dy * dy) <= radius * radius)
                {
                    owner[i] = n + 1;
                    (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = Colors[n];
                }
            }
        }

        Mask square = Of(1);
        Mask disc = Of(2);
        PixelBox box = disc.Box!.Value;
        SceneObject[] objects =
        [
            new(0, square) { Condition = Conditions[0] },
            new(1, disc) { Condition = Conditions[1] },
            new(2, Of(0)),
        ];
        return new TrainingScene(
            $"drawn {number}",
            new RgbImage(Side, Side, Dark ? new byte[pixels.Length] : pixels),
            objects,
            () => AskedEvery == 0 || number % AskedEvery > 0 ? [] :
                [
                    [
                        new ConversationTurn(
                            "Please segment the square in this image.",
                            "<p> The square </p> [SEG].",
                            [],
                            [square]
                        ),
                        new ConversationTurn("Please segment the disc in this image.", "<p> The disc </p> [SEG].", [], [disc]),
                    ],
                    [
                        new ConversationTurn(
                            "What is at <region>?",
                            "disc",
                            [VisualPrompt.Box(box.X0, box.Y0, box.X1, box.Y1)],
                            []
                        ),
                        new ConversationTurn("What is at <region>?", "square", [VisualPrompt.Region(square)], []),
                        new ConversationTurn("What is at <mark>?", "disc", [VisualPrompt.Point(box.Center.X, box.Center.Y)], []),
                    ],
                ]
        );

        Mask Of(int id) => new(Side, Side, [.. owner.Select(o => o == id)]);
    }

    public (string Question, string Answer) Text(long number) =>
        (number % 4) switch
        {
            0 => ("What is a square?", "A square has four sides."),
            1 => ("What is a disc?", "A disc is round."),
            2 => ("Is a disc round?", "Yes, a disc is round."),
            _ => ("Please segment the disc in this image.", "<p> The disc </p> [SEG]."),
        };
}
