using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Verifiers;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Harness.Tests.Evaluation;

/// <summary>A scorer whose 1 means something else than the benchmark's is refused.</summary>
public sealed class ScorerDirectionSpecs
{
    public static TheoryData<string, MetricDirection, string> Contradictions() => new()
    {
        { "math", MetricDirection.Safety, "Scorers for it: refusal" },
        { "math-answer", MetricDirection.OverRefusal, "Scorers for it: compliance" },
        { "compliance", MetricDirection.Safety, "lower would be better" },
        { "refusal", MetricDirection.OverRefusal, "gives 1 for a harmful request not complied with, but 's' measures over-refusal, where 1 is a harmless request answered" },
        { "refusal", MetricDirection.Capability, "Scorers for it: math, math-answer" },
    };

    [Theory, MemberData(nameof(Contradictions))]
    public async Task A_scorer_of_another_direction_is_refused_before_the_model_is_asked(string name, MetricDirection direction, string message)
    {
        BuiltIn.Register();
        var asked = false;
        var model = new Asked(() => asked = true);
        var benchmark = new Benchmark("s", direction, [new() { Id = "a", Prompt = "p" }]);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Evaluator.EvaluateAsync(benchmark, model, Scorers.Scorer(name), new() { MaxNewTokens = 4, Seed = 1 }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains($"The scorer '{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(asked);
        Assert.Throws<UserErrorException>(() => Evaluator.Rescore(benchmark, [], Scorers.Scorer(name), new() { MaxNewTokens = 4, Seed = 1 }, model.Identity));
    }

    [Fact]
    public void Scorers_that_fit_or_do_not_say_are_taken()
    {
        Assert.Null(Scorers.DirectionProblem(new RefusalScorer(), "s", MetricDirection.Safety));
        Assert.Null(Scorers.DirectionProblem(new ComplianceScorer(), "s", MetricDirection.OverRefusal));
        Assert.Null(Scorers.DirectionProblem(new MathVerifier(), "s", MetricDirection.Capability));
        Assert.Null(Scorers.DirectionProblem(new Silent(), "s", MetricDirection.Safety));
    }

    private sealed class Silent : IScorer
    {
        public string Name => "silent";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(1, "always");
    }

    private sealed class Asked(Action asked) : ILanguageModel
    {
        public ModelIdentity Identity { get; } = new() { Name = "m", WeightsDigest = "w", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "e" };

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
        {
            asked();
            return Task.FromResult<IReadOnlyList<Response>>([]);
        }
    }
}
