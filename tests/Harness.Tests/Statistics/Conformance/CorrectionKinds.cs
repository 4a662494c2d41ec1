using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class CorrectionKinds
{
    public static object? RoganGladen(JsonElement input)
    {
        var c = ScorerCorrection.Of(
            new Proportion(input.Whole("positives"), input.Whole("n")),
            new Proportion(input.Whole("true_positives"), input.Whole("n_sensitivity")),
            new Proportion(input.Whole("true_negatives"), input.Whole("n_specificity")),
            input.Number("level"));
        return Inputs.Fields(
            ("raw", c.Raw), ("sensitivity", c.Sensitivity), ("specificity", c.Specificity), ("corrected", c.Corrected), ("corrected_clipped", c.CorrectedClipped),
            ("se_delta", c.StandardError), ("delta", c.Delta), ("delta_raw", c.DeltaRaw), ("lang_reiczigel", c.LangReiczigel));
    }

    public static object? Kappa(JsonElement input)
    {
        var kappa = RaterAgreement.Kappa([.. input.GetProperty("table").EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.GetInt32()).ToArray())]);
        return Inputs.Fields(("observed", kappa.Observed), ("chance", kappa.Chance), ("kappa", kappa.Value));
    }

    public static object? Krippendorff(JsonElement input) => Inputs.Fields(("alpha", RaterAgreement.KrippendorffNominal(
        [.. input.GetProperty("ratings").EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.ValueKind == JsonValueKind.Null ? (int?)null : c.GetInt32()).ToArray())])));

    public static object? Confusion(JsonElement input)
    {
        var c = new Confusion(input.Whole("tp"), input.Whole("fp"), input.Whole("tn"), input.Whole("fn"));
        return Inputs.Fields(
            ("accuracy", c.Accuracy), ("sensitivity", c.Sensitivity), ("specificity", c.Specificity), ("precision", c.Precision),
            ("balanced_accuracy", c.BalancedAccuracy), ("f1", c.F1), ("mcc", c.Matthews));
    }

    public static object? Auc(JsonElement input)
    {
        var auc = RankSeparation.Of(input.Numbers("positive"), input.Numbers("negative"));
        return Inputs.Fields(("auc", auc.Auc), ("variance_delong", auc.Variance));
    }
}
