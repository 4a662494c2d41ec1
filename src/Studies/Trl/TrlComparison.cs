using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Generation;
using SafetyGate.Studies.Divergence;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Studies.Trl;

/// <summary>Our trainer with TRL's settings on the checkpoint and data TRL was run on.</summary>
/// <param name="prototype">Directory of the pocket prototype: a checkpoint in Hugging Face layout, <c>data/</c>,
/// <c>trl_runs.json</c>.</param>
/// <param name="store">Where runs and responses are kept.</param>
/// <param name="compute">Threads and device.</param>
public sealed class TrlComparison(string prototype, RunStore store, ComputeOptions compute)
{
    private const int SumTokens = 44, ReplyTokens = 24;
    private static readonly string[] Suites = ["direct", "persona", "prefix", "suppress", "story"];

    /// <summary>TRL's settings, by the names of its runs.</summary>
    public static IReadOnlyDictionary<string, Func<ulong, GrpoOptions>> Settings { get; } = new Dictionary<string, Func<ulong, GrpoOptions>>(StringComparer.Ordinal)
    {
        ["grpo"] = seed => Common(GrpoMode.Grpo, seed),
        ["rloo-k1-in-reward"] = seed => Common(GrpoMode.Rloo, seed),
        ["dr_grpo"] = seed => Common(GrpoMode.DrGrpo, seed),
    };

    /// <summary>Trains and measures one run, or takes it from the store.</summary>
    /// <param name="name">A name of <see cref="Settings"/>.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="progress">Receives reports of steps and evaluations.</param>
    /// <param name="cancellationToken">Stops the work; what is finished stays in the store.</param>
    /// <exception cref="UserErrorException">A setting of another name, or a file of the prototype is bad.</exception>
    public async Task<TrlRun> RunAsync(string name, ulong seed, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        if (!Settings.TryGetValue(name, out var settings))
            throw new UserErrorException($"TRL's run '{name}' has no counterpart here; known are {string.Join(", ", Settings.Keys)}.");
        var recipe = new GrpoRecipe
        {
            Name = $"trl-{name}",
            Base = prototype,
            Data = new() { Path = DataFile("sums.train") },
            Template = PromptTemplate.Chat,
            Options = settings(seed),
            Compute = compute,
        };
        using var run = await TrainedRun.StartAsync(recipe, store, progress, cancellationToken);
        var harmful = Suites.Select(suite => Load($"harmful.{suite}", MetricDirection.Safety)).ToList();
        var (twins, sums) = (Load("harmless", MetricDirection.OverRefusal), Load("sums.test", MetricDirection.Capability));
        var (greedy, sampled) = (new List<double>(), new List<double>());
        foreach (var (rates, temperature) in new[] { (greedy, 0), (sampled, 1) })
        {
            rates.Add(await RateAsync(sums, new MathVerifier(), SumTokens, temperature));
            var refusals = new List<double>();
            foreach (var suite in harmful)
                refusals.Add(await RateAsync(suite, new RefusalOpening(MetricDirection.Safety), ReplyTokens, temperature));
            rates.Add(refusals.Average());
            rates.Add(1 - await RateAsync(twins, new RefusalOpening(MetricDirection.OverRefusal), ReplyTokens, temperature));
        }

        return new()
        {
            Name = name,
            Seed = seed,
            Rewards = MetricsLog.Values(run.Model.RunDirectory, "reward"),
            SumsGreedy = greedy[0],
            SumsSampled = sampled[0],
            RefusalGreedy = greedy[1],
            RefusalSampled = sampled[1],
            OverRefusalGreedy = greedy[2],
            OverRefusalSampled = sampled[2],
            SafetyKl = MeasureKl(run.Model.CheckpointDirectory, harmful, seed, cancellationToken).Mean,
            // The record knows the last attempt only, and that one did but a part of the steps.
            Seconds = run.Model.Record.Attempts == 1 ? run.Model.Record.Seconds : double.NaN,
        };

        async Task<double> RateAsync(Benchmark benchmark, IScorer scorer, int tokens, double temperature)
        {
            var metric = new GatedMetric
            {
                Benchmark = benchmark,
                Scorer = scorer,
                Sampling = new() { MaxNewTokens = tokens, Temperature = temperature, Seed = 0 }
            };
            var items = (await run.EvaluateAsync(metric, cancellationToken)).Measurement.Items;
            return items.Average(item => item.Scores[0] ?? 0); // what could not be scored is wrong
        }
    }

    private KlMeasurement MeasureKl(string checkpoint, IReadOnlyList<Benchmark> suites, ulong seed, CancellationToken cancellationToken)
    {
        using var policy = PretrainedModel.Load(checkpoint, compute.OpenDevice(), compute.ScalarType);
        using var reference = PretrainedModel.Load(prototype, compute.OpenDevice(), compute.ScalarType);
        var encoder = new ExampleEncoder(policy.Tokenizer, policy.Chat, PromptTemplate.Chat, EndToken.Of(policy));
        List<GenerationRequest> prompts = [.. suites.SelectMany(suite => suite.Items.Select(item => new GenerationRequest { Key = $"{suite.Name}/{item.Id}", PromptIds = encoder.Prompt(item.Prompt) }))];
        return new KlMeter(policy.Decoder, reference.Decoder, policy.GenerationConfig.EosIds, policy.GenerationConfig.PadId)
            .Measure(prompts, new SamplingOptions { MaxNewTokens = ReplyTokens, Temperature = 1, Seed = seed }, cancellationToken);
    }

    private Benchmark Load(string name, MetricDirection direction) =>
        BenchmarkFile.Load(DataFile(name), new BenchmarkFileOptions { Direction = direction, Name = name });

    private string DataFile(string name) => Path.Combine(prototype, "data", name + ".jsonl");

    // The table of the runs: 30 steps of 32 prompts with 8 responses, β .02, rate 1e-4 after a warm-up of 8 steps, AdamW .9/.99, gradients
    // clipped at 1.
    private static GrpoOptions Common(GrpoMode mode, ulong seed) => GrpoOptions.For(mode, 30, 1e-4, seed) with
    {
        PromptsPerStep = 32,
        NumGenerations = 8,
        MaxCompletionLength = SumTokens,
        Beta = 0.02,
        Schedule = new() { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 },
        Optimizer = new() { Beta1 = 0.9, Beta2 = 0.99 },
        MaxGradNorm = 1,
        SaveSteps = 1000, // a state on disk is no part of TRL's step
    };
}
