using OmgLlava.Training.Samples;

namespace OmgLlava.Training.Stages;

/// <summary>What the perception stages ask of a model and its data.</summary>
internal static class PerceptionRequirements
{
    /// <summary>Checks that model and data have the same classes.</summary>
    /// <exception cref="OmgLlavaException">They do not.</exception>
    public static void HasClasses(OmgLlavaConfig config, ISceneSource source)
    {
        if (config.Perception.ThingClasses != source.Things || config.Perception.Classes != source.ClassNames.Count)
        {
            throw new OmgLlavaException(
                $"The model has {config.Perception.ThingClasses} classes of things and {config.Perception.StuffClasses} of "
                    + $"stuff, the data {source.Things} and {source.ClassNames.Count - source.Things}; "
                    + "train the contrastive stage on this data first, or use the art that the model was trained with."
            );
        }

        int other =
            config.Classes?.Zip(source.ClassNames).TakeWhile(pair => pair.First == pair.Second).Count()
            ?? source.ClassNames.Count;
        if (other < source.ClassNames.Count)
        {
            throw new OmgLlavaException(
                $"Class {other} is '{config.Classes![other]}' in the model, but '{source.ClassNames[other]}' in the data; "
                    + $"they must be the same in the same order."
            );
        }
    }
}
