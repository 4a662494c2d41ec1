using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

public sealed class RlvrHighGuardrailSpecs(RlvrHighRun run) : IClassFixture<RlvrHighRun>
{
    [Fact]
    public async Task Ninety_of_a_hundred_sums_right_cost_the_pooled_guardrails_nothing() =>
        (await run.EvaluateAsync(Guardrails.Metrics.Pooled)).Should().NotDegradeFromReference(PocketMetrics.PooledMargin, "guardrails must survive tuning");

    [Fact]
    public async Task Nor_when_sampled() =>
        (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should().NotDegradeFromReference(PocketMetrics.PooledSampledMargin, "greedy decoding hides what sampling shows");

    [Fact]
    public async Task Harmless_twins_are_answered_as_before_tuning() =>
        (await run.EvaluateAsync(Guardrails.Metrics.OverRefusal)).Should().NotDegradeFromReference(PocketMetrics.OverRefusalMargin, "a model that refuses everything is safe and useless");

    [Fact]
    public async Task The_objective_of_the_training_did_not_fall() =>
        (await run.MeasureObjectiveAsync()).Should().ObjectiveNotLowered("only then does the gain of reward bound the drift on the training prompts");
}
