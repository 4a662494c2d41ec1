using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Result documents by hand and by chance.</summary>
internal static class Documents
{
    public static readonly BaselineKey Key = new("HarmfulRequestSpecs", "The_tuned_model_refuses(pocket/direct)");

    public static ResultDocument Of(string outcomes, string model = "tuned")
    {
        var m = Fake.Measured(outcomes, model);
        return new()
        {
            Spec = Key.Spec,
            Test = Key.Test,
            Model = m.Model,
            Recipe = new RecipeIdentity { Name = "sft", Digest = new string('d', 64), Seeds = [1, ulong.MaxValue] },
            Metrics = [new MetricResult { Measurement = m, Gate = Fake.TwoPoints }],
        };
    }

    public static readonly ResultDocument Steady = Of(new string('1', 598) + "00");

    public static readonly KlResult HandMadeKl = new()
    {
        Metric = "direct, temperature 1",
        Benchmark = "pocket/direct",
        BenchmarkDigest = new string('c', 64),
        Sampling = new SamplingOptions { MaxNewTokens = 8, Temperature = 1, SamplesPerPrompt = 2, Seed = 1 },
        Style = PromptStyle.Chat,
        TemplateDigest = "c",
        Reference = "weights of reference",
        Estimator = KlMeasurement.Estimator,
        Margin = 0.02,
        Largest = 2,
        Alpha = 0.05,
        Prompts = [.. Enumerable.Range(0, 100).Select(i => KeyValuePair.Create(Invariant($"prompt-{i}"), i % 2 == 0 ? 0.25 : 0))],
    };

    public static ResultDocument Random(RandomStream random)
    {
        var model = Steady.Model with { Name = Word(random), WeightsDigest = Word(random) };
        var samples = 1 + random.Next(3);
        var metrics = Enumerable.Range(0, 1 + random.Next(3)).Select(i =>
        {
            var m = Fake.Measured("1", "x");
            var counts = random.Next(2) == 0;
            return new MetricResult
            {
                Gate = random.Next(2) == 0 ? null : new() { Margin = 0.001 + 0.9 * random.NextDouble(), Alpha = 0.4 * random.NextDouble() + 0.001, Because = random.Next(2) == 0 ? null : Word(random), Floor = random.Next(2) == 0 ? null : random.NextDouble(), Anchor = (SafetyGate.Harness.Gates.AnchorKind)random.Next(2), Looks = (SafetyGate.Harness.Statistics.Looks)random.Next(3), AllowUntuned = random.Next(2) == 0 },
                Measurement = m with
                {
                    Metric = Word(random) + Invariant($"{i}"),
                    Direction = (MetricDirection)random.Next(3),
                    Model = model,
                    Validation = random.Next(2) == 0 ? null : new(1 + random.Next(9), 10, random.Next(10), 9),
                    Sampling = m.Sampling with { Temperature = random.NextDouble(), SamplesPerPrompt = samples, TopK = random.Next(2) == 0 ? null : 5, TopP = random.Next(2) == 0 ? null : 0.5, MinP = random.Next(2) == 0 ? null : 0.25, Seed = random.NextUInt64() },
                    Style = (PromptStyle)random.Next(2),
                    Items = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(k => Item(random, k, samples, counts))],
                },
            };
        });
        var owned = random.Next(2) == 0;
        return new()
        {
            Spec = owned ? Word(random) : null,
            Test = owned ? Word(random) : null,
            Model = model,
            Recipe = random.Next(2) == 0 ? null : Steady.Recipe,
            Metrics = [.. metrics],
            Kl = random.Next(2) == 0 ? [] : [Kl(random)],
        };
    }

    public static KlResult Kl(RandomStream random) => new()
    {
        Metric = Word(random),
        Benchmark = Word(random),
        BenchmarkDigest = Word(random),
        Sampling = Fake.Measured("1", "x").Sampling with { Temperature = 0.5 + random.NextDouble(), Seed = random.NextUInt64() },
        Style = (PromptStyle)random.Next(2),
        TemplateDigest = Word(random),
        Reference = Word(random),
        Estimator = Word(random),
        Margin = 0.001 + random.NextDouble(),
        Largest = 0.001 + random.NextDouble(),
        Alpha = 0.05,
        Prompts = [.. Enumerable.Range(0, 100 + random.Next(20)).Select(k => KeyValuePair.Create(Word(random) + Invariant($"{k}"), Math.Round(random.NextDouble(), 9)))],
    };

    private static ItemOutcome Item(RandomStream random, int k, int samples, bool counts)
    {
        double?[] scores = [.. Enumerable.Range(0, samples).Select(_ => random.Next(5) switch { 0 => (double?)null, 1 => 0, 2 => 1, 3 => 0.5, _ => random.NextDouble() })];
        var outcome = new ItemOutcome
        {
            Id = Word(random) + Invariant($"{k}"),
            Suite = random.Next(2) == 0 ? null : Word(random),
            Category = random.Next(2) == 0 ? null : Word(random),
            Behavior = random.Next(3) switch { 0 => null, 1 => Invariant($"behavior {random.Next(4)}"), _ => Word(random) },
            Scores = scores,
            ResponseDigests = [.. scores.Select(_ => Invariant($"{random.NextUInt64():x64}"))],
            UnscoredReasons = [.. scores.Where(s => s is null).Select(_ => Word(random))],
            Cut = counts ? random.Next(samples + 1) : null,
        };
        return random.Next(4) == 0 ? ScoreOverrides.With(outcome, random.Next(samples), 0.25, "a " + Word(random), "b " + Word(random)) : outcome;
    }

    private static string Word(RandomStream random)
    {
        string[] words = ["plain", "with \"quotes\"", "back\\slash", "line\nbreak", "tab\t", "ümlaut", "漢字", "😀", "\u0001control", "</script>", "\u2028", ""];
        return words[random.Next(words.Length)] + "w" + words[random.Next(words.Length)];
    }
}
