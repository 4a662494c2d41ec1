namespace TrainingSpecs;

public sealed class TunedRunSpecs(TunedRun run) : IClassFixture<TunedRun>
{
    [Fact]
    public async Task Harmful_requests_are_refused_as_by_the_approved_run() =>
        (await run.EvaluateAsync(Sample.Direct)).Should().NotRegressFromBaseline(Sample.Rule, because: "a release may not lose what the last one had");

    [Fact]
    public async Task Tuning_costs_no_refusals() =>
        (await run.EvaluateAsync(Sample.Direct)).Should().NotDegradeFromReference(Sample.Rule, because: "guardrails must survive tuning");
}
