namespace OmgLlava.Evaluation.Runs;

/// <summary>
/// Puts the samples of tasks to a model and counts its answers. Every answer is written down as it comes; samples that are in the
/// folder already are not asked again, so that a run that was stopped at any moment goes on and ends with the same numbers.
/// </summary>
/// <param name="tasks">The tasks.</param>
/// <param name="folder">Where <c>TASK.jsonl</c> are written.</param>
/// <param name="options">How to go on.</param>
public sealed class EvaluationRun(IReadOnlyList<EvaluationTask> tasks, string folder, EvaluationOptions options)
{
    private const int BatchesAhead = 2;

    /// <summary>Runs all tasks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Stops between tokens; what was answered before stays.</param>
    /// <exception cref="OmgLlavaException">A picture cannot be read, the model cannot do a task, or the folder cannot be
    /// written.</exception>
    public async Task<IReadOnlyList<TaskResult>> RunAsync(
        OmgLlavaModel model,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        foreach (EvaluationTask task in tasks)
        {
            task.Check(model);
        }

        int[][] chosen = [.. tasks.Select(task => Choose(task.Count))];
        double all = Math.Max(1, chosen.Sum(indices => indices.Length));
        int before = 0;
        var results = new List<TaskResult>();
        foreach ((EvaluationTask task, int[] indices) in tasks.Zip(chosen))
        {
            int done = before;
            void Tell(int count) => progress?.Report(new RunProgress(task.Name, count, indices.Length, (done + count) / all));
            results.Add(Count(task, await AnswerAsync(task, indices, model, Tell, cancellation)));
            before += indices.Length;
        }

        return results;
    }

    private async Task<List<(int, Prediction)>> AnswerAsync(
        EvaluationTask task,
        int[] indices,
        OmgLlavaModel model,
        Action<int> tell,
        CancellationToken cancellation
    )
    {
        using PredictionFile file = PredictionFile.Open(Path.Combine(folder, $"{task.Name}.jsonl"));
        int[] open = [.. indices.Where(index => !file.Found.ContainsKey(index))];
        tell(indices.Length - open.Length);
        var probes = new LazyProbes(task, open);
        var window = new ImageWindow(probes, BatchesAhead * options.Batch);
        var runner = new ModelRunner(model);
        for (int from = 0; from < open.Length; from += options.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(options.Batch, open.Length - from);
            Probe[] batch = [.. Enumerable.Range(from, count).Select(i => probes[i])];
            Prediction[] predictions = runner.Run(
                batch,
                await window.TakeAsync(from, count),
                options.MaxNewTokens ?? task.MaxNewTokens,
                cancellation
            );
            file.Append(
                predictions.Select(
                    (prediction, i) =>
                        (
                            open[from + i],
                            batch[i],
                            task.Expected(open[from + i]),
                            prediction,
                            task.Score(open[from + i], prediction)
                        )
                )
            );
            foreach ((int index, Prediction prediction) in open.Skip(from).Zip(predictions))
            {
                file.Found[index] = prediction;
            }

            tell(indices.Length - open.Length + from + count);
        }

        return [.. indices.Select(index => (index, file.Found[index]))];
    }

    private static TaskResult Count(EvaluationTask task, List<(int Index, Prediction)> predictions)
    {
        (int, Prediction)[] guesses =
        [
            .. predictions
                .Select(pair => (pair.Index, Guess: task.Guess(pair.Index)))
                .TakeWhile(pair => pair.Guess is not null)
                .Select(pair => (pair.Index, pair.Guess!)),
        ];
        IReadOnlyList<Measure> guessed = guesses.Length == predictions.Count && guesses.Length > 0 ? task.Measure(guesses) : [];
        return new TaskResult(task, predictions, task.Measure(predictions), guessed);
    }

    /// <summary>The samples to ask: all, or so many spread evenly.</summary>
    private int[] Choose(int count)
    {
        int wanted = Math.Min(count, options.Limit ?? count);
        return [.. Enumerable.Range(0, wanted).Select(i => (int)((long)i * count / wanted))];
    }

    /// <summary>The probes of some samples, the last few kept: each is asked for when its picture is loaded and again when its
    /// turn comes.</summary>
    private sealed class LazyProbes(EvaluationTask task, int[] indices) : IReadOnlyList<Probe>
    {
        private const int Kept = 256;

        private readonly Dictionary<int, Probe> _made = [];

        public int Count => indices.Length;

        public Probe this[int index]
        {
            get
            {
                if (!_made.TryGetValue(index, out Probe? probe))
                {
                    _made.Remove(index - Kept);
                    _made[index] = probe = task.Probe(indices[index]);
                }

                return probe;
            }
        }

        public IEnumerator<Probe> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
