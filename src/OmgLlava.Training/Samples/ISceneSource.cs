namespace OmgLlava.Training.Samples;

/// <summary>Scenes by number: the same number is the same scene, whenever and on whatever thread it is asked for.</summary>
internal interface ISceneSource
{
    /// <summary>Names of the classes, things first; empty where none are known.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many of the classes are things.</summary>
    int Things { get; }

    /// <summary>For each class all words that mean just it, its name first.</summary>
    IReadOnlyList<IReadOnlyList<string>> Words { get; }

    /// <summary>Different scenes; <see cref="long.MaxValue"/> where they have no end.</summary>
    long Count { get; }

    /// <summary>A scene.</summary>
    /// <param name="number">0 or more, below <see cref="Count"/>.</param>
    TrainingScene Scene(long number);

    /// <summary>A piece of text to learn language from: a question with its answer.</summary>
    /// <param name="number">0 or more.</param>
    (string Question, string Answer) Text(long number);
}
