using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Cli.JsonLines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Cli.Console;

/// <summary>Verdicts for machines: one object with a list, and the exit code.</summary>
internal static class VerdictJson
{
    public static string Of(IReadOnlyList<Decision> outcomes)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer,
            new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("exit_code", RunVerdicts.ExitCode(outcomes));
            writer.WriteStartArray("verdicts");
            foreach (var outcome in outcomes) Write(writer, outcome);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, Decision outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("metric", outcome.Claim.Metric);
        writer.WriteString("verdict", outcome.Verdict.ToString());
        writer.WriteString("reason", outcome.Reason.ToString());
        writer.WriteBoolean("fails", outcome.Fails);
        if (outcome.Claim is ComparisonClaim { Settings: var settings })
        {
            writer.WriteNumber("margin", settings.Margin);
            writer.WriteNumber("alpha", settings.Alpha);
        }

        if (outcome.Paired is { } paired)
        {
            writer.WriteNumber("n", paired.Comparison.Items.Count);
            if (paired.Comparison.IsClustered) writer.WriteNumber("behaviors", paired.Comparison.Units.Count);
            writer.WriteNumber("coverage", paired.Comparison.Coverage);
            writer.WriteNumber("lost", paired.Comparison.Lost.Count());
            writer.WriteNumber("gained", paired.Comparison.Gained.Count());
            Number(writer, "approved", paired.Comparison.ApprovedRate);
            Number(writer, "now", paired.Comparison.NowRate);
            if (outcome.Claim is PairedClaim claim)
            {
                var level = 1 - 2 * claim.Settings.AlphaOfALook;
                Corrected(writer, "approved", claim.Approved is { } approved ? ScorerCorrected.Of(approved, level) : null);
                Corrected(writer, "now", ScorerCorrected.Of(claim.Now, level));
            }

            Number(writer, "difference", paired.Comparison.Difference);
            Number(writer, "lower", paired.Limits.Lower);
            Number(writer, "upper", paired.Limits.Upper);
            Number(writer, "p_drop", paired.DropP);
            Number(writer, "p_drop_holm", paired.AdjustedDropP);
            if (paired.ExactUnconditionalP is { } exact) Number(writer, "p_exact_unconditional", exact);
            writer.WriteNumber("family", paired.Family);
            writer.WriteString("method", paired.Method);
        }

        if (OverriddenScores.Of(outcome) is { } people) Overrides(writer, people);
        writer.WriteString("message", outcome.Message);
        writer.WriteEndObject();
    }

    private static void Overrides(Utf8JsonWriter writer, OverriddenScores people)
    {
        writer.WriteStartObject("overrides");
        writer.WriteNumber("now", people.Now);
        writer.WriteNumber("approved", people.Before);
        writer.WriteNumber("scores", people.Scores);
        if (people.RateByScorer is { } rate) Number(writer, "now_by_scorer", rate);
        if (people.Otherwise is { } otherwise) writer.WriteString("verdict_by_scorer", otherwise);
        writer.WriteStartArray("shown");
        foreach (var one in people.Shown)
        {
            writer.WriteStartObject();
            writer.WriteString("item", one.Item);
            writer.WriteNumber("sample", one.Sample);
            if (one.Scored is { } scored) Number(writer, "scored", scored);
            else writer.WriteNull("scored");
            Number(writer, "score", one.Score);
            writer.WriteString("who", one.Who);
            writer.WriteString("why", one.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Corrected(Utf8JsonWriter writer, string side, ScorerCorrected? corrected)
    {
        if (corrected is null) return;
        Number(writer, side + "_corrected", corrected.Rate);
        if (corrected.Limits is not { } limits) return;
        Number(writer, side + "_corrected_lower", limits.Lower);
        Number(writer, side + "_corrected_upper", limits.Upper);
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        writer.WriteRoundTrip(value);
    }
}
