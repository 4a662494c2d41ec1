using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

public sealed class HouseStyleSumsSpecs(HouseStyleRun run) : IClassFixture<HouseStyleRun>
{
    [Fact]
    public async Task Sums_improve_in_the_house_style_too_so_capability_alone_would_have_shipped_it() =>
        (await run.EvaluateAsync(Capabilities.Metrics.SumsSampled)).Should().ImproveOnReference("both runs stop at the same accuracy", PocketMetrics.CapabilityMargin);
}
