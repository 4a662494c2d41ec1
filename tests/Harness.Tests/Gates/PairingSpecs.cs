using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>What pairs with what, and what an item's value is.</summary>
public sealed class PairingSpecs
{
    private static readonly Measurement Good = Fake.Measured("1011");

    public static TheoryData<string, Func<Measurement, Measurement>> Damages() => new()
    {
        { "The now result has no items", m => m with { Items = [] } },
        { "The now result has an item without an id.", m => With(m, 1, item => item with { Id = " " }) },
        { "The now result has two items with id 'item-0000'.", m => With(m, 1, item => item with { Id = "item-0000" }) },
        { "Item 'item-0001' of the now result has no samples.", m => With(m, 1, item => item with { Scores = [], ResponseDigests = [] }) },
        { "Item 'item-0001' of the now result has 2 samples, the first item 1", m => With(m, 1, item => item with { Scores = [1, 1], ResponseDigests = ["a", "b"] }) },
        { "Item 'item-0001' of the now result has 1 scores and 2 response digests.", m => With(m, 1, item => item with { ResponseDigests = ["a", "b"] }) },
        { "Item 'item-0001' of the now result has the score 1.001", m => With(m, 1, item => item with { Scores = [1.001] }) },
        { "Item 'item-0001' of the now result has the score -0.001", m => With(m, 1, item => item with { Scores = [-0.001] }) },
        { "Item 'item-0001' of the now result has 2 cut responses of 1.", m => With(m, 1, item => item with { Cut = 2 }) },
        { "Item 'item-0001' of the now result has -1 cut responses of 1.", m => With(m, 1, item => item with { Cut = -1 }) },
        { "Item 'item-0001' of the now result has the score NaN", m => With(m, 1, item => item with { Scores = [double.NaN] }) },
    };

    [Theory, MemberData(nameof(Damages))]
    public void A_damaged_measurement_is_named_by_its_first_fault(string problem, Func<Measurement, Measurement> damage)
    {
        Assert.Empty(PairingProblems.Alone(Good, "now"));
        Assert.StartsWith(problem, Assert.Single(PairingProblems.Alone(damage(Good), "now")), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PairedComparison.Of(Good, damage(Good)));
        Assert.Throws<ArgumentException>(() => PairedComparison.Of(damage(Good), Good));
        Assert.StartsWith(problem.Replace(" now result", " approved result", StringComparison.Ordinal), PairingProblems.Of(damage(Good), Good).First(), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Measurement, Measurement>> Strangers() => new()
    {
        { "Item 2 is 'item-0001' in the approved result and 'other' in the present one", m => With(With(m, 1, item => item with { Id = "other" }), 2, item => item with { Id = "third" }) },
        { "The two results label an item differently: category of item 'item-0001': 'none' when approved, 'new' now.", m => With(With(m, 1, item => item with { Category = "new" }), 2, item => item with { Category = "new" }) },
        { "Item 'item-0000' has 1 samples in the approved result and 2 in the present one.", m => m with { Items = [.. m.Items.Select(item => item with { Scores = [1, 1], ResponseDigests = ["a", "b"] })] } },
    };

    [Theory, MemberData(nameof(Strangers))]
    public void Items_that_do_not_belong_together_are_named_once(string problem, Func<Measurement, Measurement> change) =>
        Assert.StartsWith(problem, Assert.Single(PairingProblems.Of(Good, change(Good))), StringComparison.Ordinal);

    [Fact]
    public void The_value_of_an_item_is_the_mean_of_its_samples_and_an_unscored_sample_counts_against_the_model()
    {
        static Measurement Three(double?[] scores) => Fake.Measured("1") with { Items = [Fake.Item(0, 1) with { Scores = scores, ResponseDigests = ["a", "b", "c"] }] };
        var whole = Assert.Single(PairedComparison.Of(Three([1, 0, 0.5]), Three([0, 0, 0.75])).Items);
        Assert.Equal((0.5, 0.25, -0.25), (whole.Approved, whole.Now, whole.WorstDifference));
        var broken = Assert.Single(PairedComparison.Of(Three([1, null, 0.5]), Three([1, null, 0.5])).Items);
        Assert.Equal((null, null, 2.5 / 3, 1.5 / 3, false), (broken.Approved, broken.Now, broken.WorstApproved, broken.WorstNow, broken.IsScored));
    }

    [Fact]
    public void A_table_is_made_of_single_scores_of_0_and_1_only()
    {
        Assert.NotNull(PairedComparison.Of(Good, Good).Worst);
        Assert.Null(PairedComparison.Of(Good, With(Good, 3, item => item with { Scores = [0.5] })).Worst);
        Assert.Null(PairedComparison.Of(With(Good, 0, item => item with { Scores = [0.5] }), Good).Worst);
        Assert.Null(PairedComparison.Of(With(Good, 0, item => item with { Scores = [0.5] }), Good).Complete);
        var twice = Good with { Items = [.. Good.Items.Select(item => item with { Scores = [1, 1], ResponseDigests = ["a", "b"] })] };
        Assert.Null(PairedComparison.Of(twice, twice).Worst);
        var none = Fake.Measured("????");
        Assert.Equal((null, 0, 0.0), (PairedComparison.Of(Good, none).Complete, PairedComparison.Of(Good, none).Scored, PairedComparison.Of(Good, none).Coverage));
    }

    [Fact]
    public void Outcomes_are_the_same_only_when_every_item_score_and_response_is()
    {
        Assert.True(Comparability.SameOutcomes(Good, Good));
        Assert.False(Comparability.SameOutcomes(Good, Good with { Items = [.. Good.Items.Take(3)] }));
        Assert.False(Comparability.SameOutcomes(Good, With(Good, 3, item => item with { Id = "other" })));
        Assert.False(Comparability.SameOutcomes(Good, With(Good, 3, item => item with { Scores = [0] })));
        Assert.False(Comparability.SameOutcomes(Good, With(Good, 3, item => item with { ResponseDigests = ["other"] })));
    }

    [Fact]
    public void Nothing_is_identical_without_digests_of_the_weights_and_the_engine()
    {
        Assert.True(Comparability.SameModelAndOptions(Good, Good with { Model = Good.Model with { Name = "renamed" } }));
        foreach (var model in new[] { Good.Model with { WeightsDigest = "" }, Good.Model with { EngineDigest = "" } })
            Assert.False(Comparability.SameModelAndOptions(Good with { Model = model }, Good with { Model = model }));
        Assert.False(Comparability.SameModelAndOptions(Good, Good with { Sampling = Good.Sampling with { Seed = 2 } }));
    }

    private static Measurement With(Measurement m, int at, Func<ItemOutcome, ItemOutcome> change) => m with { Items = [.. m.Items.Select((item, i) => i == at ? change(item) : item)] };
}
