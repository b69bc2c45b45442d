using System.Diagnostics;
using System.Globalization;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Ranks;
using OmgLlava.Training.Recipes;
using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>Runs a recipe: steps, checkpoints, log, samples; goes on where an earlier run of the same recipe ended.</summary>
internal sealed class Trainer
{
    private const string ModelFolder = "model";
    private const string SampleFolder = "samples";
    private const string CurveName = "loss.png";
    private const int CheckedBatches = 4;

    private readonly Recipe _recipe;
    private readonly TrainingOptions _options;
    private readonly ITrainingStage _stage;
    private readonly RankGroup _ranks;
    private readonly ComputeTeam _team;
    private readonly PassShare _share;

    private Trainer(Recipe recipe, TrainingOptions options, ITrainingStage stage)
    {
        (_recipe, _options, _stage, _ranks) = (recipe, options, stage, options.Ranks);
        _team = new ComputeTeam(Members(recipe, options, stage));
        _share = new PassShare(recipe.Accumulate, _ranks.Rank, _ranks.Count);
    }

    /// <summary>Threads that compute parts of a step side by side: small operations do not spread over cores, whole passes
    /// do.</summary>
    private static int Members(Recipe recipe, TrainingOptions options, ITrainingStage stage) =>
        options.Device != "cpu" || stage.DrawsDropout ? 1 : Math.Min(recipe.Accumulate, Environment.ProcessorCount);

    /// <summary>Trains.</summary>
    /// <param name="recipe">What and how.</param>
    /// <param name="options">Device, time limit, who is told.</param>
    /// <param name="cancellation">Stops after the step in hand, with a checkpoint.</param>
    /// <exception cref="OmgLlavaException">Recipe, data or model are wrong, found before the first step; or a checkpoint does not
    /// belong to the recipe.</exception>
    public static TrainingResult Run(Recipe recipe, TrainingOptions? options = null, CancellationToken cancellation = default) =>
        Run(recipe, options, source: null, cancellation);

    /// <param name="recipe">What and how.</param>
    /// <param name="options">Device, time limit, who is told.</param>
    /// <param name="source">Samples to take instead of those that the recipe names.</param>
    /// <param name="cancellation">Stops after the step in hand, with a checkpoint.</param>
    internal static TrainingResult Run(
        Recipe recipe,
        TrainingOptions? options,
        Samples.ISceneSource? source,
        CancellationToken cancellation
    )
    {
        options ??= new TrainingOptions();
        recipe.Validate();
        options.Ranks.CheckAlike(recipe);
        Device device = Torch.Runtime.TorchRuntime.Device(options.Device);
        if (!options.Ranks.IsFirst)
        {
            DirectoryInfo own = Directory.CreateTempSubdirectory("omg-llava-rank-");
            try
            {
                return Run(recipe with { Output = own.FullName }, options.Silent(), device, source, cancellation);
            }
            finally
            {
                own.Delete(recursive: true);
            }
        }

        OutputFolder.Make(recipe.Output);
        using FileStream claim = OutputFolder.Claim(recipe.Output);
        return Run(recipe, options, device, source, cancellation);
    }

    private static TrainingResult Run(
        Recipe recipe,
        TrainingOptions options,
        Device device,
        Samples.ISceneSource? source,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using ITrainingStage stage = Stages.StageFactory.Create(recipe, device, options.Note, source, options.Ranks);
        return new Trainer(recipe, options, stage).Run(cancellation);
    }

    /// <summary>Checks a recipe with its data and model and does nothing more.</summary>
    /// <exception cref="OmgLlavaException">Something is wrong.</exception>
    public static void Check(Recipe recipe, TrainingOptions? options = null)
    {
        options ??= new TrainingOptions();
        recipe.Validate();
        Device device = Torch.Runtime.TorchRuntime.Device(options.Device); // starts libtorch
        using var scope = NewDisposeScope();
        using ITrainingStage stage = Stages.StageFactory.Create(recipe, device, options.Note);
        new Trainer(recipe, options, stage).CheckBatches();
    }

    private TrainingResult Run(CancellationToken cancellation)
    {
        using var optimizer = new AdamW(
            _stage.Parameters,
            _recipe.Betas,
            _recipe.WeightDecay,
            _recipe.Optimizer == OptimizerKind.Muon
        );
        using GradientExchange? exchange = _ranks.Count > 1 ? new GradientExchange(optimizer, _ranks) : null;
        Begin(optimizer);
        CheckBatches();
        _options.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{RecipeJson.Text(_recipe.Stage)}: {optimizer.Count / 1e6:F2} million numbers train, {_recipe.Steps} steps "
                    + $"of {_recipe.Batch * _recipe.Accumulate} samples{(_ranks.Count > 1 ? $" by {_ranks.Count} ranks" : "")}."
            )
        );
        var schedule = new LearningRateSchedule(_recipe.LearningRate, _recipe.Steps, _recipe.WarmupShare);
        var log = new TrainingLog(_recipe.Output, optimizer.Steps);
        using var batches = new BatchPipeline(_stage.Prepare, ahead: _share.Count + 2);
        var clock = Stopwatch.StartNew();
        int start = optimizer.Steps;
        int saved = start;
        double first = double.NaN;
        double last = double.NaN;
        var window = new LossWindow();
        while (
            optimizer.Steps < _recipe.Steps
            && !_ranks.Any(cancellation.IsCancellationRequested || clock.Elapsed > _options.TimeLimit)
        )
        {
            double rate = schedule.At(optimizer.Steps);
            double norm = Step(optimizer, exchange, batches, window, rate);
            first = double.IsNaN(first) ? window.Loss : first;
            int step = optimizer.Steps;
            if (step % _recipe.LogEvery == 0 || step == _recipe.Steps)
            {
                last = window.Loss;
                TimeSpan left = clock.Elapsed / Math.Max(1, step - start) * (_recipe.Steps - step);
                var progress = new TrainingProgress(
                    step,
                    _recipe.Steps,
                    window.Loss,
                    window.Terms,
                    rate,
                    norm,
                    window.SamplesPerSecond(_recipe.Batch),
                    left
                );
                log.Write(progress);
                _options.Progress(progress);
                window = new LossWindow();
            }

            if (!_options.OverfitOneBatch && step % _recipe.CheckpointEvery == 0)
            {
                _ranks.CheckTogether(optimizer);
                saved = _ranks.IsFirst && TrySave(optimizer, log) ? step : saved;
            }

            if (_ranks.IsFirst && _recipe.SampleEvery > 0 && step % _recipe.SampleEvery == 0)
            {
                Show(log, step);
            }
        }

        bool finished = optimizer.Steps >= _recipe.Steps;
        return new TrainingResult(
            optimizer.Steps,
            finished,
            first,
            last,
            _options.OverfitOneBatch || !_ranks.IsFirst ? null : Finish(optimizer, log, saved, finished)
        );
    }

    /// <summary>Takes up an earlier run, or begins.</summary>
    private void Begin(AdamW optimizer)
    {
        if (_options.OverfitOneBatch)
        {
            return;
        }

        if (_ranks.IsFirst && _options.Restart)
        {
            Checkpoint.Delete(_recipe);
        }

        if (_ranks.IsFirst && Checkpoint.Load(_recipe, optimizer, _options.Force))
        {
            _options.Note($"Going on at step {optimizer.Steps} of {_recipe.Steps}.");
        }

        _ranks.ShareState(optimizer);
    }

    private void CheckBatches()
    {
        for (long batch = 0; batch < CheckedBatches; batch++)
        {
            _stage.Check(batch);
        }
    }

    private double Step(AdamW optimizer, GradientExchange? exchange, BatchPipeline batches, LossWindow window, double rate)
    {
        int step = optimizer.Steps;
        using var scope = NewDisposeScope();
        (int Index, long Number, Func<ulong, StepLosses> Compute)[] parts =
        [
            .. _share
                .Of(step)
                .Select(
                    (number, index) =>
                        (index, number, _options.OverfitOneBatch ? batches.Take(0, n => n) : batches.Take(number, _share.Next))
                ),
        ];
        var losses = new PartLosses[parts.Length];
        Tensor gradient = exchange is null
            ? _team.Sum(parts, part => optimizer.Gradient(Loss(part)))
            : exchange.Sum(parts, Loss);
        IEnumerable<PartLosses> all = _ranks.Count == 1
            ? losses
            : _ranks.Gather(PartLosses.Write(losses)).SelectMany(PartLosses.Read);
        foreach (PartLosses part in all)
        {
            window.Add(part);
        }

        double norm = _ranks.Share(AdamW.Norm(gradient));
        optimizer.Step(gradient, norm, rate, _recipe.ClipNorm);
        return double.IsFinite(norm)
            ? norm
            : throw new OmgLlavaException(
                $"The gradient of step {step + 1} is not a number; lower the learning rate, or use the precision float32. The "
                    + $"last checkpoint is as it was."
            );

        Tensor Loss((int Index, long Number, Func<ulong, StepLosses> Compute) part)
        {
            random.manual_seed(unchecked((long)RandomSeed.Of(_recipe.Seed, part.Number, RandomSeed.Purpose.Step)));
            StepLosses own = part.Compute(RandomSeed.Of(_recipe.Seed, part.Number, RandomSeed.Purpose.Sample));
            losses[part.Index] = new PartLosses(own.Total.item<float>(), own.Terms);
            return _recipe.Accumulate == 1 ? own.Total : own.Total.Div(_recipe.Accumulate);
        }
    }

    private bool TrySave(AdamW optimizer, TrainingLog log)
    {
        try
        {
            Checkpoint.Save(_recipe, optimizer);
            LossCurve.Write(
                Path.Combine(_recipe.Output, CurveName),
                $"{RecipeJson.Text(_recipe.Stage)}: loss by step",
                log.Losses
            );
            return true;
        }
        catch (OmgLlavaException error)
        {
            _options.Note($"{error.Message} Training goes on; the last good checkpoint is kept.");
            return false;
        }
    }

    private void Show(TrainingLog log, int step)
    {
        using var scope = NewDisposeScope();
        string folder = OutputFolder.Make(Path.Combine(_recipe.Output, SampleFolder)).FullName;
        foreach (TrainingSample sample in _stage.Show(folder, step))
        {
            log.Write(step, sample);
            _options.Sample(sample);
        }
    }

    private string Finish(AdamW optimizer, TrainingLog log, int saved, bool finished)
    {
        if (saved != optimizer.Steps)
        {
            Checkpoint.Save(_recipe, optimizer);
        }

        LossCurve.Write(Path.Combine(_recipe.Output, CurveName), $"{RecipeJson.Text(_recipe.Stage)}: loss by step", log.Losses);
        string folder = Path.Combine(_recipe.Output, ModelFolder);
        _stage.Save(folder);
        _options.Note(
            finished
                ? $"Done; the model is in '{folder}'."
                : $"Stopped after step {optimizer.Steps} of {_recipe.Steps}; the same command goes on. The model so far is in "
                    + $"'{folder}'."
        );
        return folder;
    }
}
