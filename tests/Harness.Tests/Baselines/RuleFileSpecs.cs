using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Files of approved rules: one order, no rule twice, and what differs from them.</summary>
public sealed class RuleFileSpecs : IDisposable
{
    private static readonly ManifestEntry Test = new("Specs", "Holds");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rules_are_in_order_of_claim_and_metric_whatever_order_they_came_in()
    {
        ClaimRule[] ordered = [Rule(ClaimKind.NotDegradedFromReference, "a"), Rule(ClaimKind.NotDegradedFromReference, "b"), Rule(ClaimKind.WithinBudget, "a")];
        Assert.True(ClaimKind.NotDegradedFromReference < ClaimKind.WithinBudget);
        var bytes = SpecFile.Content(Test, ordered);
        Assert.Equal(bytes, SpecFile.Content(Test, [ordered[2], ordered[1], ordered[0], ordered[1]]));
        var read = SpecFile.Read(_folder.Write("rules.json", bytes));
        Assert.Equal((Test, 3), (read.Test, read.Rules.Count));
        Assert.Equal(ordered, read.Rules);
        Assert.EndsWith("}\n  ]\n}\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_rules_is_read_back_and_one_with_a_rule_twice_is_refused()
    {
        var none = SpecFile.Content(Test, []);
        Assert.EndsWith("\"rules\": []\n}\n", Encoding.UTF8.GetString(none), StringComparison.Ordinal);
        Assert.Empty(SpecFile.Read(_folder.Write("none.json", none)).Rules);
        var one = Encoding.UTF8.GetString(SpecFile.Content(Test, [Rule(ClaimKind.WithinBudget, "a")]));
        var rule = one.Split("\"rules\": [")[1].Split("\n  ]\n}")[0];
        var twice = _folder.Write("twice.json", one.Replace(rule, rule + "," + rule, StringComparison.Ordinal));
        Assert.Contains("is a rule that the file has already.", Assert.Throws<UserErrorException>(() => SpecFile.Read(twice)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_taken_out_loosens_and_one_more_does_not()
    {
        var (a, b) = (Rule(ClaimKind.WithinBudget, "a"), Rule(ClaimKind.WithinBudget, "b"));
        Assert.Equal([new(Test, ClaimKind.WithinBudget, "b", RuleChange.WholeRule, b.ToString(), RuleChange.None, true)], RuleChange.Between(Test, [a, b], [a]));
        Assert.Empty(RuleChange.Between(Test, [a, b], [a], all: false));
        Assert.Equal([new(Test, ClaimKind.WithinBudget, "b", RuleChange.WholeRule, RuleChange.None, b.ToString(), false)], RuleChange.Between(Test, [a], [a, b]));
    }

    [Fact]
    public void A_term_that_is_there_on_one_side_only_is_a_difference()
    {
        var (plain, more) = (Rule(ClaimKind.WithinBudget, "a"), Rule(ClaimKind.WithinBudget, "a").With(new RuleTerm("extra", "1")));
        Assert.Equal([("extra", RuleChange.None, "1")], RuleChange.Between(Test, [plain], [more]).Select(change => (change.Field, change.Before, change.Now)));
        Assert.Equal([("extra", "1", RuleChange.None)], RuleChange.Between(Test, [more], [plain]).Select(change => (change.Field, change.Before, change.Now)));
    }

    [Fact]
    public void The_rules_of_a_result_are_those_of_its_gated_metrics_and_of_its_kl()
    {
        var metric = Documents.Of("11").Metrics[0];
        var other = metric with { Measurement = metric.Measurement with { Metric = "other" } };
        var rules = BaselineRules.Of(Documents.Steady with { Metrics = [metric, other with { Gate = null }], Kl = [Documents.HandMadeKl] });
        Assert.Equal([(ClaimKind.NotRegressedFromBaseline, metric.Measurement.Metric), (ClaimKind.WithinBudget, "KL on direct, temperature 1")], rules.Select(rule => (rule.Claim, rule.Metric)));
        Assert.Contains(rules[0].Terms, term => term == new RuleTerm("margin (τ)", "0.02"));
    }

    [Fact]
    public void The_marks_of_received_and_verified_files_are_no_part_of_a_name()
    {
        foreach (var mark in new[] { "received", "verified" })
            Assert.StartsWith($"S.a-{mark}.b~", PortableName.Of("S", $"a.{mark}.b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_of_a_person_that_is_none_is_said_of_its_item()
    {
        var document = Documents.Of("11");
        var measured = document.Metrics[0].Measurement;
        var broken = document with { Metrics = [document.Metrics[0] with { Measurement = measured with { Items = [measured.Items[0] with { Overrides = [new ScoreOverride(5, 0, "Ada", "read")] }, measured.Items[1]] } }] };
        Assert.Equal(["metric 'pocket/adversarial, greedy': item 'item-0000' has an override of sample 5, and 1 samples, counted from 0."], ResultProblems.Of(broken));
    }

    [Fact]
    public void A_unit_of_inference_that_the_items_do_not_have_is_refused()
    {
        var document = Documents.Of("1111");
        var measured = document.Metrics[0].Measurement;
        var shared = document with { Metrics = [document.Metrics[0] with { Measurement = measured with { Items = [.. measured.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 2}") })] } }] };
        var text = Encoding.UTF8.GetString(ResultFile.Bytes(shared));
        var unit = InferenceUnits.Name(shared.Metrics[0].Measurement);
        Assert.Contains($"\"unit\": \"{unit}\"", text, StringComparison.Ordinal);
        _ = ResultFile.Read(Encoding.UTF8.GetBytes(text), "f");
        var other = text.Replace($"\"unit\": \"{unit}\"", "\"unit\": \"item\"", StringComparison.Ordinal);
        Assert.Contains($"is 'item', but by the behaviors of the items the unit of inference is '{unit}'. Evaluate again, or leave the unit out of a file made by hand.",
            Assert.Throws<UserErrorException>(() => ResultFile.Read(Encoding.UTF8.GetBytes(other), "f")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rule_of_a_kl_names_it_and_how_its_prompts_were_read()
    {
        var rule = Documents.HandMadeKl.Rule;
        Assert.Equal((ClaimKind.WithinBudget, "KL on direct, temperature 1"), (rule.Claim, rule.Metric));
        Assert.NotEqual(rule, (Documents.HandMadeKl with { Style = Core.Benchmarks.PromptStyle.Plain }).Rule);
    }

    private static ClaimRule Rule(ClaimKind claim, string metric) => new() { Claim = claim, Metric = metric, Terms = [new RuleTerm("margin (τ)", "0.02")] };
}
