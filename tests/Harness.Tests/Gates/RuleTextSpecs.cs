using SafetyGate.Core.Language;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Texts;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>The terms of rules as they are approved, and which changes of a term make a gate easier to pass.</summary>
public sealed class RuleTextSpecs
{
    private static readonly GateSettings Every = new() { Margin = .03, Alpha = .01, Floor = .9, Anchor = AnchorKind.FirstApproved, AnchorMargin = .04, AllowUntuned = true, Looks = Looks.TwoPlanned, WhenInconclusive = InconclusivePolicy.Warn, CategoryDropLimit = .2, MinimumCoverage = .5 };

    /// <summary>A rule with its terms, a line each.</summary>
    internal static string Text(ClaimRule rule) => rule + string.Concat(rule.Terms.Select(term => Invariant($"\n  {term.Name}: {term.Value}")));

    [Fact]
    public void The_terms_of_a_comparison_are_all_of_its_settings_and_what_they_are_applied_to()
    {
        var (approved, now) = Fake.Table(590, 5, 2, 3);
        var drawn = now with { Sampling = now.Sampling with { Temperature = .7, TopK = 5, TopP = .9, SamplesPerPrompt = 1 } };
        ApprovedText.Verify("Gates/Texts", "rule-of-a-comparison", string.Join("\n\n",
            Text(Fake.Ask(approved, now).Rule),
            Text((Fake.Ask(approved, drawn, Every) with { Against = ComparisonKind.Reference }).Rule),
            Text((Fake.Ask(null, now) with { Against = ComparisonKind.Reference }).Rule),
            Text(Documents.HandMadeKl.Rule)));
    }

    [Fact]
    public void The_terms_of_a_divergence_are_its_budget_or_floor_and_what_it_is_measured_on()
    {
        var kl = KlFake.Kl(Enumerable.Range(0, 100).Select(i => i % 2 * 0.02));
        var budget = new BudgetClaim { On = "direct", Kl = kl, Reference = KlFake.Reference(new string('1', 100)), Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1) };
        var certificate = new CertificateClaim { On = "direct", Kl = kl, Reference = budget.Reference, Floor = 0.9, Required = true };
        ObjectivePrompt[] prompts = [.. Enumerable.Range(0, 120).Select(i => new ObjectivePrompt(Invariant($"p{i}"), 0.5 + (i % 2 * 0.1), 0.5, 0.1))];
        ApprovedText.Verify("Gates/Texts", "rule-of-a-divergence", string.Join("\n\n",
            Text(budget.Rule),
            Text((budget with { AllowUntuned = true, Alpha = 0.01, Budget = KlBudget.AtMost(0.02, "what the pilot spent") }).Rule),
            Text((budget with { Kl = KlMeasurement.Of(KlFake.Samples([0.01, 0.02]), KlFake.AtOne), Budget = KlBudget.ApprovedPlus(0.01, 2) }).Rule),
            Text((budget with { Budget = KlBudget.CertifyingDrop(0.05) }).Rule),
            Text(certificate.Rule),
            Text((certificate with { Required = false, Clip = 0.5 }).Rule),
            Text(new ObjectiveClaim { On = "sums", Objective = ObjectiveMeasurement.Of(0.1, KlFake.AtOne, prompts) }.Rule)));
    }

    [Fact]
    public void The_terms_of_a_recipe_are_those_of_one_checkpoint_and_how_often_it_is_trained()
    {
        var (approved, now) = Fake.Table(590, 5, 2, 3);
        var recipe = new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = [approved, approved, approved], Now = [now, now, now], Settings = Fake.TwoPoints };
        Assert.Equal(Fake.Ask(approved, now).Rule, recipe.Rule);
        Assert.Equal((Fake.Ask(approved, now) with { Against = ComparisonKind.Reference }).Rule.With(new RuleTerm("trainings", "3")), (recipe with { Against = ComparisonKind.Reference, Approved = [approved] }).Rule);
        Assert.Equal((Fake.Ask(null, now) with { Against = ComparisonKind.Reference }).Rule.With(new RuleTerm("trainings", "3")), (recipe with { Against = ComparisonKind.Reference, Approved = [] }).Rule);
        Assert.Equal([new RuleTerm("trainings", "0")], (recipe with { Against = ComparisonKind.Reference, Approved = [], Now = [] }).Rule.Terms);
        Assert.Equal(("The recipe", null), ((recipe with { Now = [] }).Metric, (recipe with { Now = [] }).Direction));
    }

    [Fact]
    public void A_rule_is_another_one_by_its_claim_its_metric_and_each_of_its_terms()
    {
        ClaimRule Rule(ClaimKind claim, string metric, params string[] terms) => new() { Claim = claim, Metric = metric, Terms = [.. terms.Select(term => new RuleTerm(term, "1"))] };
        var rule = Rule(ClaimKind.WithinBudget, "m", "a", "b");
        Assert.Equal(rule, Rule(ClaimKind.WithinBudget, "m", "b", "a"));
        foreach (var other in new[] { Rule(ClaimKind.Certified, "m", "a", "b"), Rule(ClaimKind.WithinBudget, "n", "a", "b"), Rule(ClaimKind.WithinBudget, "m", "a"), Rule(ClaimKind.WithinBudget, "m", "a", "c"), Rule(ClaimKind.WithinBudget, "m", "a", "b", "b") })
            Assert.NotEqual(rule, other);
        Assert.True(Rule(ClaimKind.WithinBudget, "m", "a").IsPartOf(rule));
        foreach (var other in new[] { Rule(ClaimKind.Certified, "m", "a"), Rule(ClaimKind.WithinBudget, "n", "a"), Rule(ClaimKind.WithinBudget, "m", "a", "c") }) Assert.False(other.IsPartOf(rule));
        Assert.Equal(("1", null), (rule["b"], rule["c"]));
    }

    [Theory]
    [InlineData(ClaimKind.NotRegressedFromBaseline, "margin (τ)", "0.02", "0.03", true)]
    [InlineData(ClaimKind.RegressedFromReference, "margin (τ)", "0.03", "0.02", true)]
    [InlineData(ClaimKind.WithinBudget, "alpha (α)", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "category drop limit", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "anchor margin", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "nats", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "drop", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "largest KL of a response", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "at most", "0.02", "0.03", true)]
    [InlineData(ClaimKind.WithinBudget, "minimum coverage", "0.95", "0.9", true)]
    [InlineData(ClaimKind.WithinBudget, "at least", "0.95", "0.9", true)]
    [InlineData(ClaimKind.WithinBudget, "floor", "0.95", "0.9", true)]
    [InlineData(ClaimKind.WithinBudget, "floor", "0.95", null, true)]
    [InlineData(ClaimKind.WithinBudget, "policy for Inconclusive", "Fail", "Warn", true)]
    [InlineData(ClaimKind.WithinBudget, "untuned weights", null, "allowed", true)]
    [InlineData(ClaimKind.WithinBudget, "required", "yes", "no", true)]
    [InlineData(ClaimKind.WithinBudget, "suites", "[\"a\",\"b\"]", "[\"b\"]", true)]
    [InlineData(ClaimKind.WithinBudget, "suites", "[\"a\",\"b\"]", "no list", true)]
    [InlineData(ClaimKind.WithinBudget, "suites", "[\"a\",\"b\"]", null, true)]
    [InlineData(ClaimKind.WithinBudget, "benchmark", "a", "b", false)]
    public void What_makes_a_gate_easier_to_pass_loosens_it_and_the_way_back_does_not(ClaimKind claim, string term, string? before, string? now, bool loosens)
    {
        Assert.Equal(loosens, RuleLoosening.Of(claim, term, before, now));
        Assert.False(RuleLoosening.Of(claim, term, now, before));
        Assert.False(RuleLoosening.Of(claim, term, before, before) && before != null);
        Assert.False(RuleLoosening.Of(claim, term, before, "of no order") && term is "margin (τ)" or "nats" or "at least");
    }

    [Fact]
    public void Names_have_one_form_in_one_order_and_are_read_back()
    {
        Assert.Equal("[\"a b\",\"ü\"]", RuleTerms.Names(["ü", "a b"]));
        Assert.Equal(["a b", "ü"], RuleTerms.Names("[\"a b\",\"ü\"]"));
        foreach (var none in new[] { null, "null", "[", "no list" }) Assert.Empty(RuleTerms.Names(none));
        Assert.Equal(("reference weights", "w"), (RuleTerms.Reference("w").Name, RuleTerms.Reference("w").Value));
        Assert.Equal("unknown", RuleTerms.Reference("").Value);
        Assert.Empty(RuleTerms.Untuned(false));
        Assert.Equal(new RuleTerm("untuned weights", "allowed"), Assert.Single(RuleTerms.Untuned(true)));
        Assert.NotEmpty(RuleTerms.Of(new SamplingOptions { MaxNewTokens = 1, Seed = 1 }));
    }
}
