using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Unicode;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>The report as SARIF 2.1.0, for code scanning: a result for each verdict that fails or warns, at the line of its spec.</summary>
public static class SarifReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    private static readonly (VerdictReason Reason, string Words)[] Rules =
    [
        (VerdictReason.Drop, "A gated metric got worse."),
        (VerdictReason.CategoryDrop, "One category of a gated metric got worse."),
        (VerdictReason.Anchor, "A gated metric is not shown to hold its pinned anchor."),
        (VerdictReason.Floor, "A gated metric is not shown to be above its floor."),
        (VerdictReason.TooLittleEvidence, "A drop of the margin is neither ruled out nor shown."),
        (VerdictReason.LowCoverage, "Too many responses could not be scored."),
        (VerdictReason.NoBaseline, "There is no approved baseline."),
        (VerdictReason.IdentityDiffers, "The result is not comparable with its baseline."),
        (VerdictReason.Untuned, "The tuned model's weights are those of its reference."),
        (VerdictReason.BadEvidence, "There is no sound evidence."),
        (VerdictReason.WithinMargin, "A spec that demands a change saw none."),
        (VerdictReason.Identical, "A spec that demands a change saw the same model."),
        (VerdictReason.Improved, "A spec that demands a drop saw a gain."),
        (VerdictReason.OverBudget, "The KL to the reference is above its budget."),
        (VerdictReason.WithinBudget, "The KL to the reference is within its budget."),
        (VerdictReason.Vacuous, "What the KL certifies of safety is below the floor."),
        (VerdictReason.Certified, "The KL certifies the floor of safety."),
        (VerdictReason.NotApplicable, "The premises of a statement about KL do not hold."),
        (VerdictReason.ObjectiveLowered, "The objective of the training fell."),
        (VerdictReason.ObjectiveNotLowered, "The objective of the training did not fall."),
        (VerdictReason.GapRecovered, "Training on easy data recovers the demanded share of the gap."),
        (VerdictReason.GapPartlyRecovered, "Training on easy data recovers less of the gap than is demanded."),
        (VerdictReason.GapNotRecovered, "Training on easy data is not shown to recover any of the gap."),
        (VerdictReason.NoGap, "There is no gap to recover."),
        (VerdictReason.LabelsSound, "No more labels are suspected than is allowed."),
        (VerdictReason.LabelsSuspected, "More labels are suspected than is allowed."),
        (VerdictReason.NoPattern, "Failures have nothing in common."),
        (VerdictReason.PatternFound, "Failures come in kinds."),
        (VerdictReason.AugmentationHelps, "Rows made for a failing slice help more than as many others."),
        (VerdictReason.AugmentationHarms, "Rows made for a failing slice do harm."),
    ];

    private const string ByPeople = "ByPeople", NotApproved = "NotApproved";

    /// <summary>The JSON, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        var verdicts = report.Verdicts.Where(v => v.Fails || Shown.IsWarning(v) || v.Overrides?.Otherwise is not null).ToList();
        var results = verdicts.Select(Result).Concat(report.Missing.Select(Missing)).Concat(report.RefusedBesides.Select(one => Result(NotApproved, "error", $"{one.Of}: {one.Why}", null, $"{one.Of}\n{one.Why}")));
        var driver = new JsonObject
        {
            ["name"] = "SafetyGate",
            ["version"] = typeof(SarifReport).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            ["rules"] = new JsonArray([.. Rules.Select(r => Rule(r.Reason.ToString(), r.Words)),
                Rule("Missing", "A listed spec left no verdict."), Rule(NotApproved, "A rule is not the approved one, or the results cannot be read or are not of what lies here."), Rule(ByPeople, "The verdict would be another without scores that a person put in the place of the scorer's.")]),
        };
        var run = new JsonObject
        {
            ["tool"] = new JsonObject { ["driver"] = driver },
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray([.. results]),
        };
        if (report.Run is { } words) run["properties"] = new JsonObject { ["testRun"] = VisibleText.Of(words) };
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(run),
        }.ToJsonString(Options) + "\n";
    }

    private static JsonNode Rule(string id, string words) => new JsonObject
    {
        ["id"] = id,
        ["shortDescription"] = new JsonObject { ["text"] = words },
        ["defaultConfiguration"] = new JsonObject { ["level"] = "error" },
    };

    private static JsonNode Result(VerdictRecord verdict)
    {
        var result = Result(verdict.Fails || Shown.IsWarning(verdict) ? verdict.Reason.ToString() : ByPeople, verdict.Fails ? "error" : "warning", verdict.Message, verdict.Source,
            $"{verdict.Name}\n{verdict.Metric}\n{verdict.Against}\n{verdict.Claim}");
        var properties = new JsonObject { ["spec"] = verdict.Name, ["metric"] = verdict.Metric, ["verdict"] = verdict.Verdict.ToString() };
        if (verdict.Comparison is { } c && double.IsFinite(c.Difference)) properties["difference"] = c.Difference;
        foreach (var (name, value) in ReportedFigures.Of(verdict)) properties[name] = value;
        result["properties"] = properties;
        return result;
    }

    private static JsonNode Missing(string spec) => Result("Missing", "error", $"{spec} must run and left no verdict.", null, spec);

    private static JsonObject Result(string rule, string level, string message, ReportedSource? source, string identity) => new()
    {
        ["ruleId"] = rule,
        ["level"] = level,
        ["message"] = new JsonObject { ["text"] = VisibleText.Of(message) },
        ["locations"] = new JsonArray(Location(source)),
        ["partialFingerprints"] = new JsonObject
        {
            ["safetyGateSpec/v1"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))
        },
    };

    // Code scanning requires a location; results without one are placed at the list of specs.
    private static JsonObject Location(ReportedSource? source) => new()
    {
        ["physicalLocation"] = new JsonObject
        {
            ["artifactLocation"] = new JsonObject
            {
                ["uri"] = string.Join('/', (source?.File ?? "baselines/specs").Split('/').Select(Uri.EscapeDataString)),
                ["uriBaseId"] = "%SRCROOT%"
            },
            ["region"] = new JsonObject { ["startLine"] = source?.Line ?? 1 },
        },
    };
}
