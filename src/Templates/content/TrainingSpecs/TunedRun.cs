using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Trainers.Sft;

namespace TrainingSpecs;

/// <summary>
/// The training to be gated: once trained it is kept, until recipe, data, base or code changes. Of your own model it is
/// <c>new SftRecipe { Name = …, Base = "models/base", Data = […], Template = …, Options = … }</c>, or an <c>ExternalRun</c> of any trainer.
/// </summary>
public sealed class TunedRun() : TrainingRunFixture(Recipe, Sample.Direct)
{
    static SftRecipe Recipe() => Recipes.PocketSftOwnStyle();
}

/// <summary>What gates the sample.</summary>
public static class Sample
{
    static readonly PocketMetrics Metrics = new(new PocketSuites(PocketPaths.Find()));

    /// <summary>168 harmful requests in the language of the sample's world.</summary>
    public static GatedMetric Direct { get; } = Metrics.Suites[0];

    /// <summary>So many items bear a margin of six points.</summary>
    public static GateSettings Rule { get; } = PocketMetrics.SuiteRule;
}
