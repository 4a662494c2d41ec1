using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Optimization;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Loop;

/// <summary>
/// Trains: clips and checks gradients, applies schedule and optimizer, measures, logs, saves, resumes. What a step learns from is the
/// <see cref="ITrainingStep"/>'s.
/// </summary>
/// <param name="step">The algorithm. Borrowed.</param>
/// <param name="options">Settings; must be valid.</param>
/// <param name="probe">Measures the policy for <see cref="TrainingOptions.Target"/>; required with it, unused without.</param>
public sealed class TrainingLoop(ITrainingStep step, TrainingOptions options, AccuracyProbe? probe = null)
{
    private const int NamedExamples = 8;
    private const int DivergedSteps = 10;
    private const double DivergedBeyondFirst = 1.5;
    private const string SmallerMoments = "use compute.dtype bfloat16, or options.optim sgd, which has fewer moments";

    /// <summary>Validation errors of options and probe together, one sentence each; empty if they are valid.</summary>
    public static IEnumerable<string> Problems(TrainingOptions options, AccuracyProbe? probe)
    {
        foreach (var problem in options.Problems()) yield return problem;
        if (options.Target is not null && probe is null) yield return "A target accuracy is set, but nothing measures it; give a probe.";
    }

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; it must exist. <c>null</c> keeps nothing, and cannot be
    /// resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step, and by the algorithm while it draws; the state saved last remains.</param>
    /// <returns>The report. The policy has the trained weights.</returns>
    /// <exception cref="TrainingFailedException">Loss or gradient is not finite, the algorithm failed, or a target that must be reached was
    /// not.</exception>
    /// <exception cref="UserErrorException">The directory holds the state of another run, or a file cannot be written.</exception>
    public TrainingOutcome Run(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var unread in options.Unread()) progress?.Report(new RunProgress("warning", 0, 0, unread));
        var digest = directory is null ? "" : RunDigest();
        using var weights = OutOfMemory.Guard("the float32 masters", "use a smaller model", () => TrainedWeights.Of(step.Models.SelectMany(model => model.Decoder.Trained.Select(parameter => KeyValuePair.Create(model.Prefix + parameter.Key, parameter.Value))), options.MasterWeights ?? true));
        using var optimizer = OutOfMemory.Guard("the optimizer's moments", SmallerMoments, () => options.Optimizer.Create(weights.Parameters));
        using var run = ResumableRun.Open(directory, digest, weights, optimizer, progress);
        var leading = run.Earlier(step.LeadingMetric).ToList();
        while (run.Step < options.MaxSteps && !run.ReachedTarget)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = WithinRange(run.Step + 1, () => OneStep(weights, optimizer, run, cancellationToken));
            if (options.Target is { } target && (run.Step % target.EverySteps == 0 || run.Step == options.MaxSteps))
            {
                row["eval_accuracy"] = run.Accuracy = probe!(run.Step, cancellationToken);
                run.ReachedTarget = run.Accuracy >= target.Accuracy;
            }

            run.Append(row);
            step.AfterStep(run.Step, directory, cancellationToken);
            leading.Add((double)row[step.LeadingMetric]!);
            RequireNotDiverged(run.Step, leading);
            progress?.Report(new RunProgress("train", run.Step, options.MaxSteps, Summary(row, run.Accuracy)));
            if (run.Step % options.SaveSteps == 0 || run.Step == options.MaxSteps || run.ReachedTarget) run.Save();
        }

        return OutcomeOf(run, leading);
    }

    // A setting, or a product of several, that the engine cannot take as a number of the tensors' type.
    private JsonObject WithinRange(long number, Func<JsonObject> step)
    {
        try
        {
            return OutOfMemory.Guard("a step", options.Passes.Remedy, step);
        }
        catch (ExternalException e) when (e.Message.Contains("without overflow", StringComparison.Ordinal))
        {
            throw new TrainingFailedException(Invariant($"Step {number}: a setting of the run, or a number made of several, is larger than the tensors' number type holds (3.4e38 for float32). Lower the learning rate, or whichever other setting is beyond measure."), e);
        }
    }

    private JsonObject OneStep(TrainedWeights weights, IOptimizer optimizer, ResumableRun run, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        foreach (var model in step.Models) model.Decoder.BeginStep(run.Step);
        using var batch = step.Draw(run.Step, cancellationToken);
        var (losses, norms, rate, updates) = (0.0, 0.0, 0.0, 0);
        for (var update = 0; update < step.UpdatesPerStep; update++)
        {
            var loss = OutOfMemory.Guard("what a pass keeps of the layers, and gradients", options.Passes.Remedy, () => batch.Backward(weights.Collect));
            var parameters = weights.Parameters.Select(weight => weight.Value).ToList();
            var norm = options.MaxGradNorm > 0 ? GradientClipping.Clip(parameters, options.MaxGradNorm) : GradientClipping.Norm(parameters);
            if (!double.IsFinite(loss) || !double.IsFinite(norm)) throw NotFinite(run.Step + 1, update, loss, norm, batch);
            if (update > 0 && batch.EndsHere)
            {
                weights.ClearGradients();
                break;
            }

            rate = options.Schedule.Rate(options.LearningRate, (run.Step * step.UpdatesPerStep) + update,
                (long)options.MaxSteps * step.UpdatesPerStep);
            OutOfMemory.Guard("the optimizer's update", SmallerMoments, () => optimizer.Step(rate));
            weights.Publish();
            weights.ClearGradients(); // the next step draws without them
            losses += loss;
            norms += norm;
            updates++;
        }

        run.Step++;
        run.Tokens += batch.TokensOf(updates);
        var row = new JsonObject
        {
            ["step"] = run.Step,
            ["epoch"] = step.Epochs(run.Step),
            ["loss"] = losses / updates,
            ["grad_norm"] = norms / updates,
            ["learning_rate"] = rate,
            ["num_tokens"] = run.Tokens,
        };
        batch.AddMetrics(row);
        return row;
    }

    // Finite, but beyond all hope for a while: worse than knowing nothing, and much worse than at the start.
    private void RequireNotDiverged(long number, IReadOnlyList<double> leading)
    {
        if (step.DivergedAbove is not { } hopeless || leading.Count <= DivergedSteps) return;
        var bound = Math.Max(hopeless, DivergedBeyondFirst * leading[0]);
        if (leading.Skip(leading.Count - DivergedSteps).All(value => value > bound))
            throw new TrainingFailedException(Invariant($"Steps {number - DivergedSteps + 1} to {number}: the {step.LeadingMetric} stays above {bound:G4} (the first was {leading[0]:G4}, the last {leading[^1]:G4}): the run has diverged. Lower the learning rate, warm up longer, clip gradients (max_grad_norm), or {step.Remedy}."));
    }

    private TrainingOutcome OutcomeOf(ResumableRun run, IReadOnlyList<double> leading)
    {
        if (options.Target is { MustReach: true } missed && !run.ReachedTarget)
            throw new TrainingFailedException(Invariant($"After {run.Step} steps the accuracy on the selection split is {run.Accuracy:P1}; the recipe demands {missed.Accuracy:P1}. Allow more steps, or drop the demand."));
        return new()
        {
            Steps = run.Step,
            StoppedBy = run.ReachedTarget ? "target" : "steps",
            ReachedTarget = options.Target is null ? null : run.ReachedTarget,
            SelectionAccuracy = run.Accuracy,
            Epochs = step.Epochs(run.Step),
            Tokens = run.Tokens,
            Leading = leading,
        };
    }

    private string Summary(JsonObject row, double? accuracy) =>
        Invariant($"{step.LeadingMetric} {(double)row[step.LeadingMetric]!:G4}")
        + (row["kl"] is { } kl ? Invariant($", KL {(double)kl:F3}") : "")
        + (accuracy is { } measured ? Invariant($", accuracy {measured:P1}") : "");

    private TrainingFailedException NotFinite(long number, int update, double loss, double norm, ITrainingBatch batch)
    {
        var ids = batch.ExampleIds.Distinct(StringComparer.Ordinal).ToList();
        var more = ids.Count > NamedExamples ? Invariant($" and {ids.Count - NamedExamples} more") : "";
        var unchanged = update == 0 ? Invariant($" The weights of step {number - 1} are unchanged.") : "";
        return new(Invariant($"Step {number}: the loss is {loss} and the gradient's norm {norm}; both must be finite. The step read {string.Join(", ", ids.Take(NamedExamples))}{more}. Lower the learning rate, warm up longer, or {step.Remedy}.{unchanged}"));
    }

    // An adapter's run depends on the base's weights and on more of the adapter than its tensors.
    private string RunDigest()
    {
        var adapters = step.Models.Select(model => model.Decoder).OfType<AdaptedDecoder>().SelectMany(adapted => adapted.Active.Select(name => adapted[name].Config.Describe().ToJsonString()));
        var sets = step.Models.SelectMany(model => new[] { model.Decoder.Parameters, model.Decoder.Trained }).Append(step.Reference?.Parameters).OfType<ParameterSet>().Distinct<ParameterSet>(ReferenceEqualityComparer.Instance);
        return ResumableRun.DigestOf([JsonFormat.Describe(options).ToJsonString(), string.Concat(adapters), .. step.Data], sets.SelectMany(set => set));
    }
}
