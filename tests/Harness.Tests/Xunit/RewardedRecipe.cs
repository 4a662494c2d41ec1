using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A "training" that answers as wanted, with a KL and a reward by prompt. "right" is rewarded.</summary>
internal sealed class RewardedRecipe(Func<string, string> tuned, Func<string, string> reference, Func<string, double> kl, double beta = 0.1) : IRewardedRecipe
{
    private readonly AnsweringRecipe _inner = new("rewarded", tuned, reference);

    public static int Measurements { get; private set; }

    public ulong LastSeed { get; private set; }

    public string Name => "rewarded";

    public ulong Seed => 3;

    public double Beta => beta;

    public Benchmark TrainingPrompts { get; } = SpecBench.Suite("training", 120, MetricDirection.Capability);

    public PromptStyle Style => PromptStyle.Chat;

    public SamplingOptions Rollouts => new() { MaxNewTokens = 4, Temperature = 1, Seed = 0 };

    public IReadOnlyList<string> NonConformities => [];

    public IReadOnlyList<double> Reward(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => pair.Response.Text == "good" ? 1.0 : 0)];

    public JsonObject Describe() => _inner.Describe();

    public RunEnvironment Environment() => _inner.Environment();

    public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken) => _inner.TrainAsync(directory, progress, cancellationToken);

    /// <summary>Whether the reference is opened by mistake.</summary>
    public bool OpensReference { get; init; }

    public ILanguageModel Open(string checkpointDirectory) => OpensReference ? OpenReference() : _inner.Open(checkpointDirectory);

    public ILanguageModel OpenReference() => _inner.OpenReference();

    public IKlMeter OpenKlMeter(string checkpointDirectory) => new Meter(kl, seed => LastSeed = seed);

    private sealed class Meter(Func<string, double> kl, Action<ulong> seen) : IKlMeter
    {
        public Task<IReadOnlyList<KlSample>> MeasureAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
        {
            Measurements++;
            seen(sampling.Seed);
            return Task.FromResult<IReadOnlyList<KlSample>>([.. prompts.SelectMany(prompt => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(sample => new KlSample(prompt.Id, sample, 3, kl(prompt.Id), kl(prompt.Id), kl(prompt.Id))))]);
        }

        public void Dispose() { }
    }
}
