using System.Text.Json.Nodes;

namespace SafetyGate.Harness.Tests.References;

/// <summary>Cases of references that no test compares: each is counted with its reason, and a kind without a reason fails.</summary>
public sealed class UncomparedSpecs
{
    // Parts of a fixture's results that a test of the trainers compares.
    private static readonly string[][] ComparedShapes = [["losses", "packing", "trajectory"], ["cases", "batch", "advantages"], ["pairs"], ["optimizers", "clip", "schedules"]];

    // Parts that only the fixture of a missing trainer has.
    private static readonly (string[] Parts, string Missing)[] MissingTrainers =
    [
        (["logps", "rewards", "trajectories"], "DPO"), (["scores", "losses"], "reward-model trainer"), (["masks", "whitening"], "PPO"),
    ];

    // Folders of .jsonl cases that nothing reads.
    private static readonly (string Folder, string Missing)[] MissingRooms =
    [
        ("patterns", "analysis of responses"), ("seeds", "analysis of training data"),
    ];

    public static TheoryData<string> Trainers() => ConformanceCases.Files("trainers", "*.json");

    [Theory, MemberData(nameof(Trainers))]
    public void A_fixture_of_a_trainer_is_compared_or_its_trainer_is_named(string file)
    {
        var results = ConformanceCases.Trainer(file)["results"]!.AsObject();
        if (ComparedShapes.Any(Has)) return;
        var missing = MissingTrainers.Where(trainer => Has(trainer.Parts)).Select(trainer => trainer.Missing).ToList();
        Assert.True(missing.Count == 1, $"{file}: no test compares results of this shape ({string.Join(", ", results.Select(part => part.Key))}).");
        foreach (var (part, value) in results)
        {
            for (var i = 0; i < (value is JsonArray list ? list.Count : 1); i++) NotYet(file, Invariant($"{part} {i}"), missing[0]);
        }

        bool Has(string[] parts) => parts.All(results.ContainsKey);
    }

    [Fact]
    public void Cases_of_rooms_that_do_not_exist_are_counted()
    {
        foreach (var (folder, missing) in MissingRooms)
        {
            foreach (var file in ConformanceCases.Find(folder, "*.jsonl"))
                foreach (var line in ConformanceCases.Lines(file)) NotYet(file, line.GetProperty("id").GetString()!, missing);
        }
    }

    private static void NotYet(string file, string id, string missing) => ConformanceLog.NotCompared(file, id, $"the product has no {missing} yet");
}
