namespace OmgLlava.Evaluation.Runs;

/// <summary>
/// A task of a benchmark: what is asked, and how answers are counted. Answers are counted from what was written down of them
/// alone, so that a run that was interrupted ends with the same numbers.
/// </summary>
public abstract class EvaluationTask
{
    /// <summary>Its name: also that of its file of results.</summary>
    public abstract string Name { get; }

    /// <summary>Number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>Most tokens of an answer.</summary>
    public virtual int MaxNewTokens => 100;

    /// <summary>What is put to the model.</summary>
    public abstract Probe Probe(int index);

    /// <summary>What would be right.</summary>
    public abstract Expectation Expected(int index);

    /// <summary>How good a prediction is, 0..1; decides which are the worst.</summary>
    public abstract double Score(int index, Prediction prediction);

    /// <summary>The numbers of the task.</summary>
    /// <param name="predictions">Samples with what the model gave for them, in their order.</param>
    public abstract IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions);

    /// <summary>What somebody would give who does not look: the largest object, the most frequent answer; null where there is
    /// nothing like that.</summary>
    public virtual Prediction? Guess(int index) => null;

    /// <summary>Checks before anything is asked that the model can do the task.</summary>
    /// <exception cref="OmgLlavaException">It cannot; the message says why.</exception>
    public virtual void Check(OmgLlavaModel model) { }
}
