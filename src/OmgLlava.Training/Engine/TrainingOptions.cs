using OmgLlava.Training.Ranks;

namespace OmgLlava.Training.Engine;

/// <summary>How a recipe is run; none of it changes what is learnt.</summary>
internal sealed record TrainingOptions
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Stops with a checkpoint after this time.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Goes on from a checkpoint although the recipe has changed.</summary>
    public bool Force { get; init; }

    /// <summary>Begins anew although there is a checkpoint.</summary>
    public bool Restart { get; init; }

    /// <summary>Trains on the first batch only and keeps nothing: a recipe that cannot learn even that is wrong.</summary>
    public bool OverfitOneBatch { get; init; }

    /// <summary>The processes that share the passes of each step; one by itself.</summary>
    public RankGroup Ranks { get; init; } = RankGroup.Alone;

    /// <summary>Told what happens, in sentences.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>Told how far training is.</summary>
    public Action<TrainingProgress> Progress { get; init; } = _ => { };

    /// <summary>Shown what the model can do by now.</summary>
    public Action<TrainingSample> Sample { get; init; } = _ => { };

    /// <summary>The same, with nobody told.</summary>
    internal TrainingOptions Silent() =>
        this with
        {
            Note = _ => { },
            Progress = _ => { },
            Sample = _ => { },
        };
}
