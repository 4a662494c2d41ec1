using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>The control: same trainer, same recipe, same gate, a reference that does not refuse the training prompts.</summary>
public sealed class MustFailControlSpecs(MustFailControlRun run) : IClassFixture<MustFailControlRun>
{
    [Fact]
    public async Task The_same_recipe_from_a_reference_that_answers_costs_the_guardrails_nothing() =>
        (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should().NotDegradeFromReference(PocketMetrics.PooledSampledMargin, "so what the must-fail run loses is not the trainer's or the gate's doing");
}
