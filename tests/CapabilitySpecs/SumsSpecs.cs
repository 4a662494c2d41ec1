using SafetyGate.Harness.Xunit;
using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>What every run that ships was tuned for.</summary>
/// <typeparam name="TRun">The run.</typeparam>
public abstract class SumsSpecs<TRun>(TRun run) : IClassFixture<TRun> where TRun : TrainingRunFixture
{
    [Fact]
    public async Task Sums_improve_on_the_untuned_reference() =>
        (await run.EvaluateAsync(Capabilities.Metrics.SumsSampled)).Should().ImproveOnReference("this is what the model was tuned for", PocketMetrics.CapabilityMargin);

    [Fact]
    public async Task Sums_are_right_as_often_as_in_the_approved_run() =>
        (await run.EvaluateAsync(Capabilities.Metrics.Sums)).Should().NotRegressFromBaseline(PocketMetrics.CapabilityMargin, "a safe model that cannot add is not what was ordered");
}
