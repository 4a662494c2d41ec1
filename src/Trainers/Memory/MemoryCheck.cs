using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Loop;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Memory;

/// <summary>Divides a run before anything is loaded, reports needed and free memory, and refuses a run that does not fit.</summary>
/// <param name="name">The recipe's name.</param>
/// <param name="config">The architecture.</param>
/// <param name="shape">Sizes of the data.</param>
/// <param name="options">The recipe's settings.</param>
/// <param name="setup">Number type and device.</param>
/// <param name="free">Free bytes; <c>null</c> where the system does not tell.</param>
/// <param name="device">Where, for messages.</param>
public sealed class MemoryCheck(string name, DecoderConfig config, RunShape shape, TrainingOptions options, MemorySetup setup, long? free,
    string device)
{
    private const int AdapterRank = 16;

    /// <summary>The division of a run; a resumed one keeps that of its first attempt, since it decides the order of sums.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="progress">Receives needed and free memory.</param>
    /// <exception cref="UserErrorException">It does not fit (exit code 69); the message has the parts and what would fit.</exception>
    public MemoryPlan Run(string directory, IProgress<RunProgress> progress)
    {
        var path = Path.Combine(directory, MemoryPlan.FileName);
        var plan = (Earlier(path) is { } earlier ? Resumed(earlier) : MemoryPlan.Choose(Estimate(setup), shape, options, free, device))
            ?? throw new UserErrorException(Refusal(), GateExitCode.MissingEngine);
        progress.Report(new RunProgress("memory", 0, 0, plan.Words));
        File.WriteAllText(path, plan.ToJson().ToJsonString() + "\n");
        return plan;
    }

    /// <summary>Why the run does not fit, and what would.</summary>
    internal string Refusal()
    {
        var asked = MemoryPlan.AsAsked(Estimate(setup), shape, options, free, device);
        var fitting = Alternatives().Where(alternative => alternative.Plan.Fits)
            .Select(alternative => $"{alternative.Words} ({MemoryNeed.Size(alternative.Plan.Need.Total)})").ToList();
        var smallest = MemoryPlan.Smallest(Estimate(setup), shape, options, free, device);
        var remedy = fitting.Count > 0
            ? $"What would fit: {string.Join("; ", fitting)}."
            : $"No setting makes it fit; the least it can do with is {MemoryNeed.Size(Alternatives().Select(alternative => alternative.Plan).Append(smallest).Min(plan => plan.Need.Total))}. Use a smaller model or a machine with more memory.";
        return Invariant($"Recipe '{name}' needs {MemoryNeed.Size(asked.Need.Total)}, at least {MemoryNeed.Size(smallest.Need.Total)} in smaller passes, and {MemoryNeed.Size(free ?? 0)} are free on {device}: {asked.Need.Words}. Nothing was loaded. {remedy}");
    }

    private IEnumerable<(string Words, MemoryPlan Plan)> Alternatives()
    {
        var any = options with { MicroBatchTokens = null, GradientCheckpointing = null };
        if (options.MicroBatchTokens is not null) yield return ("micro_batch_tokens left out", Smallest(setup, options with { MicroBatchTokens = null }));
        if (options.GradientCheckpointing is false) yield return ("gradient_checkpointing left out or true", Smallest(setup, options with { GradientCheckpointing = null }));
        if (!shape.IsDivisible && options.MicroBatchTokens is null)
            yield return (Invariant($"micro_batch_tokens {shape.Tokens(1)}, which averages over passes as TRL does"), Smallest(setup, options with { MicroBatchTokens = (int)shape.Tokens(1) }));
        if (setup.Dtype is ScalarType.Float32 or ScalarType.Float64)
        {
            var narrow = setup with { Dtype = ScalarType.BFloat16, MasterWeights = true };
            yield return ("compute.dtype bfloat16", Smallest(narrow, any));
            yield return ("compute.dtype bfloat16 with master_weights false", Smallest(narrow with { MasterWeights = false }, any));
        }
        else if (setup.MasterWeights)
        {
            yield return ("master_weights false", Smallest(setup with { MasterWeights = false }, any));
        }

        if (setup.Trained is not null) yield break;
        var adapter = new LoraConfig { R = AdapterRank, TargetModules = ModuleSelector.AllLinear };
        yield return (Invariant($"an adapter, peft_config {{\"r\": {AdapterRank}, \"target_modules\": \"all-linear\"}}"), MemoryPlan.Smallest(
            new MemoryEstimate(config, shape with { HasReference = false }, setup with { Trained = AdapterSize.Of(adapter, config) }), shape, any, free, device));
    }

    private MemoryPlan Smallest(MemorySetup with, TrainingOptions options) => MemoryPlan.Smallest(Estimate(with), shape, options, free, device);

    private MemoryPlan Resumed(PassPlan passes) =>
        new(passes, Estimate(setup).Of(MemoryPlan.RowsOf(shape, passes.TokensAtOnce), passes.RecomputeLayers), free, device);

    private MemoryEstimate Estimate(MemorySetup with) => new(config, shape, with);

    private static PassPlan? Earlier(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            var node = JsonNode.Parse(BoundedFile.ReadText(path), documentOptions: new() { AllowDuplicateProperties = false })!;
            return new PassPlan((int?)node["micro_batch_tokens"], (bool)node["recompute_layers"]!);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return null; // half written by a killed process: no step was made then
        }
    }
}
