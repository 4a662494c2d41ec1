using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Harness.Statistics;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Safety.Pages;

/// <summary>The numbers of a study's page as JSON.</summary>
internal static class StudyJson
{
    /// <summary>The whole study.</summary>
    public static string Of(StudySummary summary, string command) => new JsonObject
    {
        ["study"] = summary.Study.Settings.Name,
        ["command"] = command,
        ["missing"] = new JsonArray([.. summary.Result.Missing.Select(name => (JsonNode?)name)]),
        ["arms"] = new JsonArray([.. summary.Arms.Select(arm => (JsonNode?)OfArm(arm))]),
        ["comparisons"] = new JsonArray([.. summary.Parts.SelectMany(part => summary.ContrastsOf(part).Where(contrast => contrast.Arm.Runs.Count > 0 && contrast.Anchor.Runs.Count > 0).Select(contrast => (JsonNode?)new JsonObject
        {
            ["part"] = part.Name,
            ["arm"] = contrast.Arm.Arm.Name,
            ["anchor"] = contrast.Anchor.Arm.Name,
            ["lost"] = contrast.Lost.Difference,
            ["over_seeds"] = OfLimits(contrast.Lost.Limits),
            ["over_seeds_and_items"] = OfLimits(contrast.LostResampled),
            ["price_over_seeds_and_items"] = OfLimits(contrast.PriceResampled),
            ["sign"] = contrast.Sign,
            ["why_not"] = contrast.WhyNot,
        }))]),
        ["failures"] = new JsonArray([.. summary.Result.Failures.Select(failure => (JsonNode?)new JsonObject { ["arm"] = failure.Arm, ["seed"] = failure.Seed, ["reason"] = failure.Reason })]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true, IndentSize = 1, NewLine = "\n" }) + "\n";

    private static JsonObject OfArm(ArmSummary arm) => new()
    {
        ["arm"] = arm.Arm.Name,
        ["label"] = arm.Arm.Label,
        ["domain"] = arm.Arm.Domain,
        ["target"] = arm.Target,
        ["reached"] = arm.Reached,
        ["matched"] = arm.IsMatched,
        ["lost"] = OfMean(arm.Lost),
        ["lost_resampled"] = OfLimits(arm.LostResampled),
        ["lost_greedy"] = OfMean(arm.LostGreedy),
        ["gained"] = OfMean(arm.Gained),
        ["over_refused"] = OfMean(arm.OverRefused),
        ["kl_adversarial"] = OfMean(arm.KlOnSafety),
        ["kl_training"] = OfMean(arm.KlOnTraining),
        ["lost_per_point"] = arm.Price.PerPoint,
        ["over_seeds"] = OfLimits(arm.Price.OverSeeds),
        ["over_seeds_and_items"] = OfLimits(arm.Price.OverSeedsAndItems),
        ["note"] = arm.Price.Note,
        ["runs"] = new JsonArray([.. arm.Runs.Select(run => (JsonNode?)OfRun(run))]),
    };

    private static JsonObject OfRun(StudyRun run) => new()
    {
        ["seed"] = run.Seed,
        ["digest"] = run.Digest,
        ["steps"] = run.Steps,
        ["seconds"] = run.Seconds,
        ["resident_mib"] = run.ResidentMebibytes,
        ["validation_accuracy"] = run.ValidationAccuracy,
        ["lost"] = run.Lost.Average(),
        ["gained"] = run.Gained.Average(),
        ["rates"] = new JsonObject(run.Rates.Select(rate => KeyValuePair.Create(rate.Metric, (JsonNode?)new JsonObject { ["before"] = rate.Reference, ["after"] = rate.Tuned, ["unscored"] = rate.Unscored, ["verdict"] = rate.Verdict?.ToString() }))),
        ["kl"] = new JsonObject(run.Drift.Metrics.Where(metric => metric.Kl is not null).Select(metric => KeyValuePair.Create(metric.Metric, (JsonNode?)metric.Kl))),
        ["bounds"] = new JsonArray([.. run.Drift.Bounds.Select(bound => (JsonNode?)new JsonObject { ["id"] = bound.Id, ["on"] = bound.On, ["applies"] = bound.Applies.ToString(), ["bound"] = bound.Value, ["measured"] = bound.Observed })]),
    };

    private static JsonObject? OfMean(SeedMean? mean) => mean is null ? null : new() { ["mean"] = mean.Mean, ["limits"] = OfLimits(mean.Limits), ["least"] = mean.Least, ["most"] = mean.Most };

    private static JsonArray? OfLimits(Interval? limits) => limits is { } known ? [known.Lower, known.Upper] : null;
}
