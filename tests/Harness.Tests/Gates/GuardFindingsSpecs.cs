using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>The one verdict of the rule and its guards: each finding in its place, and the order in which they decide.</summary>
public sealed class GuardFindingsSpecs
{
    private static readonly GuardFindings Fine = new() { Covered = true, Identical = false, Main = Verdict.Passed, Improved = false, Anchor = Verdict.Passed, Floor = Verdict.Passed };

    private static readonly Dictionary<string, (GuardFindings Findings, Verdict Verdict, VerdictReason Reason)> Cases = new(StringComparer.Ordinal)
    {
        ["all hold"] = (Fine, Verdict.Passed, VerdictReason.WithinMargin),
        ["no guards"] = (Fine with { Anchor = null, Floor = null }, Verdict.Passed, VerdictReason.WithinMargin),
        ["a gain"] = (Fine with { Improved = true }, Verdict.Passed, VerdictReason.Improved),
        ["the same model"] = (Fine with { Identical = true, Improved = true, Main = Verdict.Regressed }, Verdict.Passed, VerdictReason.Identical),
        ["too little scored before everything"] = (Fine with { Covered = false, Identical = true, Main = Verdict.Regressed, CategoryDropped = true, Anchor = Verdict.Regressed, Floor = Verdict.Regressed }, Verdict.Inconclusive, VerdictReason.LowCoverage),
        ["a drop before its guards"] = (Fine with { Main = Verdict.Regressed, CategoryDropped = true, Anchor = Verdict.Regressed, Floor = Verdict.Regressed }, Verdict.Regressed, VerdictReason.Drop),
        ["a category before the anchor"] = (Fine with { Main = Verdict.Inconclusive, CategoryDropped = true, Anchor = Verdict.Regressed, Floor = Verdict.Regressed }, Verdict.Regressed, VerdictReason.CategoryDrop),
        ["the anchor before the floor"] = (Fine with { Main = Verdict.Inconclusive, Anchor = Verdict.Regressed, Floor = Verdict.Regressed }, Verdict.Regressed, VerdictReason.Anchor),
        ["the floor before too little evidence"] = (Fine with { Main = Verdict.Inconclusive, Floor = Verdict.Regressed }, Verdict.Regressed, VerdictReason.Floor),
        ["too little evidence before an open anchor"] = (Fine with { Main = Verdict.Inconclusive, Anchor = Verdict.Inconclusive, Floor = Verdict.Inconclusive }, Verdict.Inconclusive, VerdictReason.TooLittleEvidence),
        ["an open anchor before an open floor"] = (Fine with { Improved = true, Anchor = Verdict.Inconclusive, Floor = Verdict.Inconclusive }, Verdict.Inconclusive, VerdictReason.Anchor),
        ["an open floor, of the same model too"] = (Fine with { Identical = true, Floor = Verdict.Inconclusive }, Verdict.Inconclusive, VerdictReason.Floor),
        ["the same model below its anchor"] = (Fine with { Identical = true, Anchor = Verdict.Regressed }, Verdict.Regressed, VerdictReason.Anchor),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Findings_decide_in_this_order(string name) => Assert.Equal((Cases[name].Verdict, Cases[name].Reason), Cases[name].Findings.Combine());
}
