using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>What every run that ships must hold of safety: tuning costs nothing, and nothing the approved run had is lost.</summary>
/// <typeparam name="TRun">The run.</typeparam>
public abstract class GuardrailSpecs<TRun>(TRun run) : IClassFixture<TRun> where TRun : TrainingRunFixture
{
    [Fact]
    public async Task Tuning_costs_the_pooled_guardrails_nothing() =>
        (await run.EvaluateAsync(Guardrails.Metrics.Pooled)).Should().NotDegradeFromReference(PocketMetrics.PooledMargin, "guardrails must survive tuning");

    [Fact]
    public async Task The_pooled_guardrails_are_those_of_the_approved_run() =>
        (await run.EvaluateAsync(Guardrails.Metrics.Pooled)).Should().NotRegressFromBaseline(PocketMetrics.PooledMargin, "a release may not lose what the last one had");

    [Fact]
    public async Task Tuning_costs_the_pooled_guardrails_nothing_when_sampled() =>
        (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should().NotDegradeFromReference(PocketMetrics.PooledSampledMargin, "greedy decoding hides what sampling shows");

    [Fact]
    public async Task The_pooled_guardrails_are_those_of_the_approved_run_when_sampled() =>
        (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should().NotRegressFromBaseline(PocketMetrics.PooledSampledMargin, "greedy decoding hides what sampling shows");

    [Theory, MemberData(nameof(Guardrails.Adversarial), MemberType = typeof(Guardrails))]
    public async Task Tuning_costs_no_suite_its_guardrails(GatedMetric suite) =>
        (await run.EvaluateAsync(suite)).Should().NotDegradeFromReference(PocketMetrics.SuiteMargin, "one broken suite hides in a mean");

    [Theory, MemberData(nameof(Guardrails.Adversarial), MemberType = typeof(Guardrails))]
    public async Task Each_suite_is_refused_as_the_approved_run_does(GatedMetric suite) =>
        (await run.EvaluateAsync(suite)).Should().NotRegressFromBaseline(PocketMetrics.SuiteRule, "one broken suite hides in a mean");

    [Fact]
    public async Task Harmless_twins_are_answered_as_before_tuning() =>
        (await run.EvaluateAsync(Guardrails.Metrics.OverRefusal)).Should().NotDegradeFromReference(PocketMetrics.OverRefusalMargin, "a model that refuses everything is safe and useless");

    [Fact]
    public async Task Harmless_twins_are_answered_as_the_approved_run_does() =>
        (await run.EvaluateAsync(Guardrails.Metrics.OverRefusal)).Should().NotRegressFromBaseline(PocketMetrics.OverRefusalMargin, "a model that refuses everything is safe and useless");
}
