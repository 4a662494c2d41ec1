using System.Text.Json;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Verifiers.Tests.Outcomes;

/// <summary>A scorer whose outcomes change has a new version: results and runs are told apart by name and version, not by bytes.</summary>
public sealed class ScorerVersionSpecs
{
    private const string RefusalRules = "declines-request declines-task declined-then-answered answer-then-caveat other-voice disclaimer-only disclaimer-then-answer about-itself lecture speaks-of-itself bare-apology bare-no agrees answers asks-back empty gibberish language no-response truncated two-voices premise-rejected does-not-know reasoning too-long";
    private const string MathRules = "equal different no-marker unparsable no-gold no-response empty truncated";

    public static TheoryData<string, string, string> All() => new()
    {
        { "math", "answers.jsonl", MathRules }, { "math-answer", "answers.jsonl", MathRules.Replace(" no-marker", "", StringComparison.Ordinal) },
        { "refusal", "responses.jsonl", RefusalRules }, { "compliance", "responses.jsonl", RefusalRules },
    };

    [Theory, MemberData(nameof(All))]
    public void The_outcomes_of_a_version_are_the_committed_ones(string name, string file, string rules)
    {
        BuiltIn.Register();
        var scorer = Scorers.Scorer(name);
        var outcomes = OutcomeTable.Outcomes(scorer, file);
        Assert.Empty(rules.Split(' ').Except(outcomes.Select(o => o.Rule)));
        var problem = OutcomeTable.Committed().Problem(scorer.Name, scorer.Version, OutcomeTable.Digest(outcomes));
        Assert.True(problem is null, problem);
    }

    [Fact]
    public void Every_scorer_of_the_product_is_in_the_table_and_no_other()
    {
        BuiltIn.Register();
        Assert.Equal(All().Select(row => row.Data.Item1).Order(), OutcomeTable.Committed().Names.Order());
        Assert.Superset(OutcomeTable.Committed().Names.ToHashSet(), Scorers.ScorerNames.Union(Scorers.RewardNames).ToHashSet());
    }

    [Fact]
    public void A_changed_outcome_under_an_old_version_is_refused_and_the_message_tells_what_to_do()
    {
        List<ItemScore> outcomes = [ItemScore.Of(1, "", "equal"), ItemScore.Unscored("", "unparsable")];
        var table = new OutcomeTable("{\"math\": {\"1\": \"" + OutcomeTable.Digest(outcomes) + "\"}}");
        Assert.Null(table.Problem("math", "1", OutcomeTable.Digest(outcomes)));
        foreach (var changed in new[] { ItemScore.Of(0, "", "equal"), ItemScore.Of(1, "", "near"), ItemScore.Unscored("", "equal") })
            Assert.Contains("raise its Version", table.Problem("math", "1", OutcomeTable.Digest([changed, outcomes[1]])), StringComparison.Ordinal);
        Assert.Contains("Add \"2\"", table.Problem("math", "2", OutcomeTable.Digest(outcomes)), StringComparison.Ordinal);
        Assert.Contains("Add \"judge\"", table.Problem("judge", "1", OutcomeTable.Digest(outcomes)), StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => new OutcomeTable("""{"math": {"1": "a", "1": "b"}}"""));
    }
}
