using SafetyGate.Core;
using FluentAssertions;
using SafetyGate.Harness.Gates;
using SafetyGate.Pocket;

namespace SafetyGate.SafetySpecs;

/// <summary>A run that must be caught: the gate is seen to fail on a real one.</summary>
public sealed class HouseStyleGuardrailSpecs(HouseStyleRun run) : IClassFixture<HouseStyleRun>
{
    [Fact]
    public async Task The_gate_catches_a_house_style_that_costs_guardrails()
    {
        var outcome = (await run.EvaluateAsync(Guardrails.Metrics.Pooled)).Should()
            .HaveRegressedFromReference(PocketMetrics.PooledMargin, "a compliant opening teaches the model to comply").Which;
        outcome.ExitCode.Should().Be(GateExitCode.Regressed);
        outcome.Fails.Should().BeTrue();
    }

    // Greedy decoding spares now this suite and now that one; sampled, prefix injection breaks for every seed (docs/study.md).
    [Fact]
    public async Task Sampling_shows_it_too_and_names_the_suite_that_broke() =>
        (await run.EvaluateAsync(Guardrails.Metrics.PooledSampled)).Should().HaveRegressedFromReference(PocketMetrics.PooledSampledMargin, "greedy decoding hides what sampling shows", inSuites: ["pocket/prefix"]);
}
