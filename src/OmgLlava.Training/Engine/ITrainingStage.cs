namespace OmgLlava.Training.Engine;

/// <summary>One stage as the trainer sees it.</summary>
internal interface ITrainingStage : IDisposable
{
    /// <summary>What trains, in an order that is always the same.</summary>
    IReadOnlyList<TrainableParameter> Parameters { get; }

    /// <summary>Whether passes draw from libtorch's one source of random numbers, as dropout does: then they are computed one
    /// after another.</summary>
    bool DrawsDropout => false;

    /// <summary>Checks the samples of a batch: that [SEG] and masks, placeholders and prompts agree, that something is asked at
    /// all.</summary>
    /// <exception cref="OmgLlavaException">A sample is wrong; the message names it.</exception>
    void Check(long batch);

    /// <summary>Makes a batch ready, on any thread.</summary>
    /// <param name="batch">Its number; the same number gives the same batch.</param>
    /// <returns>Computes the losses of the batch with a seed for what is random in it. To be called on the training
    /// thread.</returns>
    Func<ulong, StepLosses> Prepare(long batch);

    /// <summary>Shows what the model can do by now.</summary>
    /// <param name="folder">An existing folder for pictures.</param>
    /// <param name="step">The step, for names.</param>
    IReadOnlyList<TrainingSample> Show(string folder, int step);

    /// <summary>Writes the model as a model directory.</summary>
    /// <param name="folder">Replaced when it exists.</param>
    void Save(string folder);
}
