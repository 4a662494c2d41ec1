using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Harness.Reports;

/// <summary>Scores of explanations as a table: one row a stratum, never one pooled number.</summary>
public static class ExplanationSections
{
    /// <summary>The section.</summary>
    /// <param name="result">The result.</param>
    public static ReportSection Of(ExplanationResult result) => new()
    {
        Title = $"Explanations of {result.Data}",
        Notes =
        [
            Invariant($"Hardness is {result.Hardness.Source}: {result.Hardness}. Readers: {string.Join("; ", result.Readers)}. The answer is hidden in explanations and questions; limits are one-sided at .05, by bootstrap over items."),
            Invariant($"A stratum in which κ of the readers is below {ReaderAgreement.Least} is inconclusive."),
        ],
        Table = new ReportTable(
            [new("stratum"), new("items", true), new("from the explanation", true), new("from the question", true), new("supports", true), new("κ", true), new("generalizes", true), new("grammatical", true), new("counts")],
            [.. result.Strata().Select(one => new[]
            {
                one.Stratum switch { Stratum.Easy => "easy", Stratum.Hard => "hard", _ => "medium" }, Invariant($"{one.Items}"), Invariant($"{one.FromExplanation:0.000}"), Invariant($"{one.FromQuestion:0.000}"),
                Invariant($"{one.Supports:+0.000;-0.000;0.000} ({one.SupportsLimits})"), one.Kappa is { } kappa ? Invariant($"{kappa:0.00}") : "undefined",
                one.Generalizes is { } share ? Invariant($"{share:0.00}") : "", one.Grammatical is { } nats ? Invariant($"{nats:+0.00;-0.00}") : "", one.IsInconclusive ? "inconclusive: the readers disagree" : "yes",
            })]),
    };
}
