using System.Text.Json.Nodes;

namespace SafetyGate.Harness.Tests.References;

/// <summary>Fixtures of references that no test compares: a file whose results have a shape that no spec looks for would pass unseen.</summary>
public sealed class UncomparedSpecs
{
    // Parts of a fixture's results by which a spec of the trainers finds it.
    private static readonly string[][] ComparedShapes =
    [
        ["losses", "packing", "trajectory"], // SftConformanceSpecs
        ["cases", "batch", "advantages"], // GrpoConformanceSpecs
        ["cases", "logps", "trajectories"], // DpoConformanceSpecs
        ["scores", "losses", "pad_id_inside"], // RewardConformanceSpecs
        ["trl", "textbook", "whitening"], // PpoConformanceSpecs
        ["pairs"], // KlConformanceSpecs
        ["optimizers", "clip", "schedules"], // OptimizerSpecs
        ["grpo_options", "dpo_options", "sft_options", "reward_options", "ppo_options"], // LossOptionsSpecs
    ];

    public static TheoryData<string> Trainers() => ConformanceCases.Files("trainers", "*.json");

    [Theory, MemberData(nameof(Trainers))]
    public void A_fixture_of_a_trainer_is_compared_by_a_spec(string file)
    {
        var results = ConformanceCases.Trainer(file)["results"]!.AsObject();
        Assert.True(IsCompared(results), $"{file}: no test compares results of this shape ({string.Join(", ", results.Select(part => part.Key))}).");
    }

    [Fact]
    public void A_fixture_of_a_shape_that_nothing_compares_is_seen() =>
        Assert.False(IsCompared(JsonNode.Parse("""{"losses": {}, "scores": {}, "unheard_of": {}}""")!.AsObject()));

    private static bool IsCompared(JsonObject results) => ComparedShapes.Any(parts => parts.All(results.ContainsKey));
}
