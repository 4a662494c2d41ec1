using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Analysis.Tests;

public sealed class BadInputSpecs
{
    [Fact]
    public void What_is_empty_not_finite_or_of_another_size_is_refused_with_the_reason()
    {
        Refused("at least one item", () => StratumCuts.AtPercentiles([], .3, .7));
        Refused("finite hardness", () => StratumCuts.AtPercentiles([1, double.NaN], .3, .7));
        Refused("in this order", () => StratumCuts.AtPercentiles([1, 2], .7, .3));
        Refused("in [0, 1]", () => ItemDynamics.Of([.5, double.NaN]));
        Refused("at least one epoch", () => ItemDynamics.Of([]));
        Refused("3 true and 2 found", () => LabelAgreement.Of([1, 2, 3], [1, 2]));
        Refused("have 1 features and the points 2", () => KMeans.From([[1, 2], [3, 4]], [[1]]));
        Refused("There are 1 points; 2 or more", () => KMeans.From([[1]], [[1], [2]]));
        Refused("not finite", () => KMeans.From([[double.NaN]], [[1]]));
        Refused("same features", () => PrincipalComponents.Of([[1, 2], [3]]));
        Refused("1 groups of 3 points", () => ClusterQuality.Of([[1], [2], [3]], [0, 0, 0]));
        Refused("3 groups of 3 points", () => ClusterQuality.Of([[1], [2], [3]], [0, 1, 2]));
        Refused("rising numbers of groups", () => Elbow.Find([1, 1], [2, 1]));
        Refused("no text", () => TfIdf.Of([]));
        Refused("0 texts are to be kept", () => DiverseSubset.Of(["a"], 0));

        static void Refused(string says, Func<object?> act) => Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_at_both_cuts_is_easy_and_a_flat_curve_has_no_bend()
    {
        Assert.Equal([Stratum.Easy, Stratum.Easy, Stratum.Hard], new double[] { 1, 2, 3 }.Select(new StratumCuts(2, 2).Of));
        Assert.Null(Elbow.Find([1, 2, 3], [5, 5, 5]));
        Assert.Null(Elbow.Find([1, 2, 3, 4, 5], [1, 0.25, 0.25, 0, 0])); // down to the threshold and not below it, and a valley there
        Assert.Equal(2, Elbow.Find([1, 2, 3, 4, 5], [1, 0.25, 0.25, 0.25, 0]));
    }

    [Fact]
    public void A_center_without_points_moves_to_the_farthest_point()
    {
        var found = KMeans.From([[0], [1], [10]], [[0], [0.5], [100]]);
        Assert.Equal(3, found.Labels.Distinct().Count());
        Assert.Equal(0, found.Inertia);
    }

    [Fact]
    public void Of_many_texts_the_far_ones_are_chosen_one_by_one()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => i == 17 ? new string('x', 30) : i == 40 ? new string('y', 30) : new string('a', i % 3))];
        var subset = DiverseSubset.Of(texts, 10);
        Assert.False(subset.IsExact);
        Assert.Equal(10, subset.Kept.Count);
        Assert.Superset(new HashSet<int> { 17, 40 }, subset.Kept.ToHashSet());
        Assert.Equal([0, 1], DiverseSubset.Of(["a", "b"], 5).Kept);
    }
}
