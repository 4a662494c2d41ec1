using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>The text of a result file. Written by hand so that the order, the line breaks and the numbers are ours.</summary>
internal static class ResultWriter
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(ResultDocument document)
    {
        if (ResultProblems.Of(document).FirstOrDefault() is { } problem)
            throw new UserErrorException("The result cannot be written: " + problem);
        var text = new StringBuilder();
        text.Append("{\n  \"format\": ").Append(Quote(ResultReader.Format)).Append(",\n");
        if (document.Shard is { } shard)
            text.Append("  \"shard\": {").Append(Pairs(("number", Number(shard.Part.Number)), ("of", Number(shard.Part.Count)), ("items", Array(shard.Items.Select(items => Number(items)))), ("holds", Quote(ShardedResults.Holds(document))))).Append("},\n");
        if (document.Spec is { } spec) text.Append("  \"spec\": ").Append(Quote(spec)).Append(",\n");
        if (document.Test is { } test) text.Append("  \"test\": ").Append(Quote(test)).Append(",\n");
        text.Append("  \"model\": {").Append(Model(document.Model)).Append("},\n");
        if (document.Recipe is { } recipe)
            text.Append("  \"recipe\": {").Append(Pairs(("name", Quote(recipe.Name)), ("digest", Quote(recipe.Digest)), ("seeds", Array(recipe.Seeds.Select(Seed))))).Append(Settings(recipe)).Append("},\n");
        text.Append("  \"metrics\": [").Append(Lines(document.Metrics.Select(Metric))).Append(']');
        if (document.Kl.Count > 0) text.Append(",\n  \"kl\": [").Append(Lines(document.Kl.Select(Kl))).Append(']');
        return text.Append("\n}\n").ToString();
    }

    // A line each, so that the difference of two commits shows what was set to what.
    private static string Settings(RecipeIdentity recipe) => recipe.Settings.Count == 0 ? "" :
        ", \"settings\": {\n" + string.Join(",\n", recipe.Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"    {Quote(s.Key)}: {Quote(s.Value)}")) + "\n  }";

    private static string Lines(IEnumerable<string> blocks) =>
        string.Join(",\n", blocks) is { Length: > 0 } text ? "\n" + text + "\n  " : "";

    private static string Kl(KlResult kl) => "    {\n      " + string.Join(",\n      ",
    [
        "\"metric\": " + Quote(kl.Metric),
        "\"benchmark\": {" + Pairs(("name", Quote(kl.Benchmark)), ("digest", Quote(kl.BenchmarkDigest))) + "}",
        "\"sampling\": {" + Sampling(kl.Sampling) + "}",
        Pairs(("style", Quote(StyleName(kl.Style))), ("template", Quote(kl.TemplateDigest))),
        Pairs(("reference", Quote(kl.Reference)), ("estimator", Quote(kl.Estimator))),
        Pairs(("margin", Number(kl.Margin)), ("largest", Number(kl.Largest)), ("alpha", Number(kl.Alpha)), ("mean", Number(Math.Round(kl.Mean, 9)))),
        "\"prompts\": [\n" + string.Join(",\n", kl.Prompts.Select(prompt => "        {" + Pairs(("id", Quote(prompt.Key)), ("kl", Number(prompt.Value))) + "}")) + "\n      ]",
    ]) + "\n    }";

    private static string StyleName(PromptStyle style) => ResultReader.Styles.First(s => s.Value == style).Key;

    private static string Model(ModelIdentity model) => Pairs(
        ("name", Quote(model.Name)), ("weights", Quote(model.WeightsDigest)), ("tokenizer", Quote(model.TokenizerDigest)),
        ("template", Quote(model.TemplateDigest)), ("engine", Quote(model.EngineDigest)));

    private static string Metric(MetricResult result)
    {
        var m = result.Measurement;
        var lines = new List<string>
        {
            "\"metric\": " + Quote(m.Metric),
            "\"benchmark\": {" + Pairs(("name", Quote(m.Benchmark)), ("digest", Quote(m.BenchmarkDigest))) + "}",
            "\"direction\": " + Quote(ResultReader.Directions.First(d => d.Value == m.Direction).Key),
            "\"scorer\": {" + Pairs(("name", Quote(m.Scorer)), ("version", Quote(m.ScorerVersion))) + Validation(m.Validation) + "}",
            "\"sampling\": {" + Sampling(m.Sampling) + "}",
        };
        if (m.Style != PromptStyle.Chat) lines.Add("\"style\": " + Quote(StyleName(m.Style)));
        if (result.Gate is { } gate) lines.Add("\"gate\": {" + Gate(gate, m.Direction) + "}");
        if (InferenceUnits.Name(m) is var unit && unit != "item") lines.Add("\"unit\": " + Quote(unit));
        lines.Add("\"summary\": {" + Summary(ResultSummary.Of(m)) + "}");
        var counts = CutResponses.Of(m.Items) is not null;
        lines.Add("\"items\": [\n" + string.Join(",\n", m.Items.Select(item => Item(counts ? item : item with { Cut = null }))) + "\n      ]");
        return "    {\n      " + string.Join(",\n      ", lines) + "\n    }";
    }

    private static string Validation(ScorerValidation? v) => v is null ? "" : ", \"validation\": {" + Pairs(
        ("truePositives", Number(v.TruePositives)), ("positives", Number(v.Positives)), ("trueNegatives", Number(v.TrueNegatives)),
        ("negatives", Number(v.Negatives))) + "}";

    private static string Sampling(SamplingOptions s) => Pairs(
        ("maxNewTokens", Number(s.MaxNewTokens)), ("temperature", Number(s.Temperature)), ("topK", Number(s.TopK)),
        ("topP", Number(s.TopP)), ("minP", Number(s.MinP)),
        ("repetitionPenalty", Number(s.RepetitionPenalty)), ("samplesPerPrompt", Number(s.SamplesPerPrompt)), ("seed", Seed(s.Seed)));

    // Defaults that came later are left out: the anchor, and that untuned weights are refused.
    private static string Gate(GateSettings g, MetricDirection direction) => Pairs(
    [
        ("margin", Number(g.Margin)), ("alpha", Number(g.Alpha)),
        ("inconclusive", Quote(ResultReader.Policies.First(p => p.Value == g.PolicyFor(direction)).Key)),
        ("categoryDropLimit", Number(g.CategoryDropLimit)), ("minimumCoverage", Number(g.MinimumCoverage)),
        ("anchorMargin", Number(g.AnchorMargin)),
        .. g.Anchor == AnchorKind.UntunedReference ? [] : new[] { ("anchor", Quote(ResultReader.Anchors.First(a => a.Value == g.Anchor).Key)) },
        ("looks", Quote(ResultReader.LooksNames.First(l => l.Value == g.Looks).Key)),
        ("floor", Number(g.Floor)),
        .. g.AllowUntuned ? new[] { ("untuned", Quote("allowed")) } : [],
        ("because", g.Because is { } because ? Quote(because) : "null"),
    ]);

    private static string Summary(ResultSummary s) => Pairs(
        ("items", Number(s.Items)), ("scored", Number(s.Scored)), ("rate", Number(s.Rate)), ("worstCase", Number(s.WorstCase)),
        ("interval90", s.Interval90 is { } limits ? Array([Number(limits.Lower), Number(limits.Upper)]) : "null")) + (s.Cut is { } cut ? ", " + Pairs(("cut", Number((int?)cut))) : "");

    private static string Item(ItemOutcome item)
    {
        var pairs = new List<(string, string)> { ("id", Quote(item.Id)) };
        if (item.Suite is { } suite) pairs.Add(("suite", Quote(suite)));
        if (item.Category is { } category) pairs.Add(("category", Quote(category)));
        if (item.Behavior is { } behavior) pairs.Add(("behavior", Quote(behavior)));
        pairs.Add(("scores", Array(item.Scores.Select(Number))));
        pairs.Add(("responses", Array(item.ResponseDigests.Select(Quote))));
        if (item.UnscoredReasons.Count > 0) pairs.Add(("unscored", Array(item.UnscoredReasons.Select(Quote))));
        if (item.Cut is > 0 and var cut) pairs.Add(("cut", Number((int?)cut)));
        if (item.Overrides.Count > 0)
            pairs.Add(("overrides", Array(item.Overrides.Select(one => "{" + Pairs(("sample", Number((int?)one.Sample)), ("scored", Number(one.Scored)), ("who", Quote(one.Who)), ("why", Quote(one.Why))) + "}"))));
        return "        {" + Pairs([.. pairs]) + "}";
    }

    private static string Pairs(params (string Name, string Value)[] pairs) =>
        string.Join(", ", pairs.Select(p => Quote(p.Name) + ": " + p.Value));

    private static string Array(IEnumerable<string> values) => "[" + string.Join(", ", values) + "]";

    private static string Quote(string value) => JsonSerializer.Serialize(value, Readable);

    private static string Seed(ulong seed) => Quote(Invariant($"{seed}"));

    private static string Number(int? value) => value is { } v ? Invariant($"{v}") : "null";

    private static string Number(double? value) => value is { } v ? (v == 0 ? "0" : Invariant($"{v:R}")) : "null";
}
