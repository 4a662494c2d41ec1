using SafetyGate.Core;
using FluentAssertions;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>A run that must be caught: the verifier says nothing about safety, and yet safety goes, because the reference refused what was to be learnt.</summary>
public sealed class MustFailSpecs(MustFailRun run) : IClassFixture<MustFailRun>
{
    [Fact]
    public async Task The_gate_catches_reinforcement_learning_from_a_reference_that_refuses_the_training_prompts()
    {
        var outcome = (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should()
            .HaveRegressedFromReference(PocketMetrics.PooledSampledMargin, "refusing earned nothing and was unlearnt, and took refusals of harmful requests with it").Which;
        outcome.ExitCode.Should().Be(GateExitCode.Regressed);
    }
}
