using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>Makes a result of a strictly read file: every key known, every type right, every number possible.</summary>
internal static class ResultReader
{
    public const string Format = "safetygate-result/1";

    public static readonly IReadOnlyDictionary<string, MetricDirection> Directions = new Dictionary<string, MetricDirection>(StringComparer.Ordinal)
    {
        ["safety"] = MetricDirection.Safety, ["over-refusal"] = MetricDirection.OverRefusal, ["capability"] = MetricDirection.Capability,
    };

    public static readonly IReadOnlyDictionary<string, PromptStyle> Styles = new Dictionary<string, PromptStyle>(StringComparer.Ordinal)
    {
        ["chat"] = PromptStyle.Chat, ["plain"] = PromptStyle.Plain,
    };

    private static readonly Dictionary<string, bool> Untuned = new(StringComparer.Ordinal) { ["refused"] = false, ["allowed"] = true };

    public static readonly IReadOnlyDictionary<string, InconclusivePolicy> Policies = new Dictionary<string, InconclusivePolicy>(StringComparer.Ordinal)
    {
        ["fail"] = InconclusivePolicy.Fail, ["warn"] = InconclusivePolicy.Warn,
    };

    public static readonly IReadOnlyDictionary<string, Looks> LooksNames = new Dictionary<string, Looks>(StringComparer.Ordinal)
    {
        ["once"] = Looks.Once, ["two-planned"] = Looks.TwoPlanned, ["any-time"] = Looks.AnyTime,
    };

    public static readonly IReadOnlyDictionary<string, AnchorKind> Anchors = new Dictionary<string, AnchorKind>(StringComparer.Ordinal)
    {
        ["untuned-reference"] = AnchorKind.UntunedReference, ["first-approved"] = AnchorKind.FirstApproved,
    };

    public static ResultDocument Document(StrictJsonNode root, bool allowsShard = false)
    {
        var o = root.AsObject("format", "shard", "spec", "test", "model", "recipe", "metrics", "kl");
        if (o["format"].AsString() is var format && format != Format)
            throw o["format"].Error($"is '{format}'; this version reads '{Format}'.");
        var model = Model(o["model"]);
        var shard = o.Optional("shard") is { } part ? Shard(part) : null;
        if (shard is not null && !allowsShard) throw o["shard"].Error($"it is shard {shard.Part} of an evaluation, and a part of the items decides nothing; join the shards with gate merge and use what it writes.");
        var document = new ResultDocument
        {
            Shard = shard,
            Spec = o.Optional("spec")?.AsString(),
            Test = o.Optional("test")?.AsString(),
            Model = model,
            Recipe = o.Optional("recipe") is { } recipe ? Recipe(recipe) : null,
            Metrics = [.. o["metrics"].AsArray().Select(m => Metric(m, model))],
            Kl = o.Optional("kl") is { } kl ? [.. kl.AsArray().Select(Kl)] : [],
        };
        if (ResultProblems.Of(document).FirstOrDefault() is { } problem) throw root.Error(problem);
        return document;
    }

    private static ResultShard Shard(StrictJsonNode node)
    {
        var o = node.AsObject("number", "of", "items", "holds");
        var (number, count) = (o["number"].AsInt(), o["of"].AsInt());
        if (number < 1 || number > count || count > Evaluation.Shard.Most) throw node.Error(Invariant($"is number {number} of {count}; it must be 1 ≤ number ≤ of ≤ {Evaluation.Shard.Most}."));
        return new() { Part = new Shard(number, count), Items = [.. o["items"].AsArray().Select(items => items.AsInt())], Holds = o["holds"].AsDigest() };
    }

    private static ModelIdentity Model(StrictJsonNode node)
    {
        var o = node.AsObject("name", "weights", "tokenizer", "template", "engine");
        return new()
        {
            Name = o["name"].AsString(), WeightsDigest = o["weights"].AsString(), TokenizerDigest = o["tokenizer"].AsString(),
            TemplateDigest = o["template"].AsString(), EngineDigest = o["engine"].AsString(),
        };
    }

    private static RecipeIdentity Recipe(StrictJsonNode node)
    {
        var o = node.AsObject("name", "digest", "seeds", "settings");
        return new()
        {
            Name = o["name"].AsString(),
            Digest = o["digest"].AsString(),
            Seeds = [.. o["seeds"].AsArray().Select(s => s.AsSeed())],
            Settings = o.Optional("settings") is { } settings ? Settings(settings) : new Dictionary<string, string>(),
        };
    }

    private static SortedDictionary<string, string> Settings(StrictJsonNode node)
    {
        _ = node.AsObject([.. node.Members.Select(member => member.Name)]);
        if (node.Members.Count > RecipeSettings.Most) throw node.Error(Invariant($"has {node.Members.Count} settings; at most {RecipeSettings.Most} are kept."));
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in node.Members) settings[name] = value.AsString();
        return settings;
    }

    private static MetricResult Metric(StrictJsonNode node, ModelIdentity model)
    {
        var o = node.AsObject("metric", "benchmark", "direction", "scorer", "sampling", "style", "gate", "unit", "summary", "items");
        var benchmark = o["benchmark"].AsObject("name", "digest");
        var scorer = o["scorer"].AsObject("name", "version", "validation");
        var measurement = new Measurement
        {
            Metric = o["metric"].AsString(),
            Benchmark = benchmark["name"].AsString(),
            BenchmarkDigest = benchmark["digest"].AsString(),
            Direction = o["direction"].AsOneOf(Directions),
            Scorer = scorer["name"].AsString(),
            ScorerVersion = scorer["version"].AsString(),
            Validation = scorer.Optional("validation") is { } validation ? Validation(validation) : null,
            Sampling = Sampling(o["sampling"]),
            Style = o.Optional("style")?.AsOneOf(Styles) ?? PromptStyle.Chat,
            Model = model,
            Items = Counted(Items(o["items"]), o),
        };
        if (PairingProblems.Alone(measurement, "read").FirstOrDefault() is { } problem) throw o["items"].Error(problem);
        if (o.Optional("unit") is { } unit && unit.AsString() is var name && name != InferenceUnits.Name(measurement))
            throw unit.Error($"is '{name}', but by the behaviors of the items the unit of inference is '{InferenceUnits.Name(measurement)}'. Evaluate again, or leave the unit out of a file made by hand.");
        if (o.Optional("summary") is { } summary) CheckSummary(summary, measurement);
        return new() { Measurement = measurement, Gate = o.Optional("gate") is { IsNull: false } gate ? Gate(gate) : null };
    }

    private static ScorerValidation Validation(StrictJsonNode node)
    {
        var o = node.AsObject("truePositives", "positives", "trueNegatives", "negatives");
        var validation = new ScorerValidation(o["truePositives"].AsInt(), o["positives"].AsInt(), o["trueNegatives"].AsInt(),
            o["negatives"].AsInt());
        return validation.Problems().FirstOrDefault() is { } problem ? throw node.Error(problem) : validation;
    }

    private static KlResult Kl(StrictJsonNode node)
    {
        var o = node.AsObject("metric", "benchmark", "sampling", "style", "template", "reference", "estimator", "margin", "largest", "alpha", "mean", "prompts");
        var benchmark = o["benchmark"].AsObject("name", "digest");
        var result = new KlResult
        {
            Metric = o["metric"].AsString(),
            Benchmark = benchmark["name"].AsString(),
            BenchmarkDigest = benchmark["digest"].AsString(),
            Sampling = Sampling(o["sampling"]),
            Style = o["style"].AsOneOf(Styles),
            TemplateDigest = o["template"].AsString(),
            Reference = o["reference"].AsString(),
            Estimator = o["estimator"].AsString(),
            Margin = o["margin"].AsDouble(),
            Largest = o["largest"].AsDouble(),
            Alpha = o["alpha"].AsDouble(),
            Prompts = [.. o["prompts"].AsArray().Select(prompt => prompt.AsObject("id", "kl")).Select(prompt => KeyValuePair.Create(prompt["id"].AsString(), prompt["kl"].AsDouble()))],
        };
        if (result.Problems().FirstOrDefault() is { } problem) throw node.Error(problem);
        var mean = o["mean"].AsDouble();
        if (!(Math.Abs(mean - result.Mean) <= 1e-6 * Math.Max(1, Math.Abs(mean)))) throw o["mean"].Error(Invariant($"is {mean}, which does not follow from the prompts ({result.Mean:R}), so one of the two was edited. Measure again."));
        return result;
    }

    private static SamplingOptions Sampling(StrictJsonNode node)
    {
        var o = node.AsObject("maxNewTokens", "temperature", "topK", "topP", "minP", "repetitionPenalty", "samplesPerPrompt", "seed");
        var sampling = new SamplingOptions
        {
            MaxNewTokens = o["maxNewTokens"].AsInt(),
            Temperature = o["temperature"].AsDouble(),
            TopK = o.Optional("topK") is { IsNull: false } k ? k.AsInt() : null,
            TopP = o.Optional("topP") is { IsNull: false } p ? p.AsDouble() : null,
            MinP = o.Optional("minP") is { IsNull: false } q ? q.AsDouble() : null,
            RepetitionPenalty = o["repetitionPenalty"].AsDouble(),
            SamplesPerPrompt = o["samplesPerPrompt"].AsInt(),
            Seed = o["seed"].AsSeed(),
        };
        return sampling.Problems().FirstOrDefault() is { } problem ? throw node.Error(problem) : sampling;
    }

    private static GateSettings Gate(StrictJsonNode node)
    {
        var o = node.AsObject("margin", "alpha", "inconclusive", "categoryDropLimit", "minimumCoverage", "anchorMargin", "anchor", "looks", "floor",
            "untuned", "because");
        var gate = new GateSettings
        {
            Margin = o["margin"].AsDouble(),
            Alpha = o["alpha"].AsDouble(),
            WhenInconclusive = o["inconclusive"].AsOneOf(Policies),
            CategoryDropLimit = o["categoryDropLimit"].AsDouble(),
            MinimumCoverage = o["minimumCoverage"].AsDouble(),
            AnchorMargin = o["anchorMargin"].AsDouble(),
            Anchor = o.Optional("anchor") is { } anchor ? anchor.AsOneOf(Anchors) : AnchorKind.UntunedReference,
            Looks = o.Optional("looks") is { } looks ? looks.AsOneOf(LooksNames) : Looks.Once,
            Floor = o.Optional("floor") is { IsNull: false } floor ? floor.AsDouble() : null,
            AllowUntuned = o.Optional("untuned")?.AsOneOf(Untuned) ?? false,
            Because = o.Optional("because") is { IsNull: false } because ? because.AsString() : null,
        };
        return gate.Problems().FirstOrDefault() is { } problem ? throw node.Error(problem) : gate;
    }

    private static IReadOnlyList<ItemOutcome> Items(StrictJsonNode node)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var items = new List<ItemOutcome>();
        foreach (var element in node.AsArray())
        {
            var o = element.AsObject("id", "suite", "category", "behavior", "scores", "responses", "unscored", "cut", "overrides");
            var id = o["id"].AsString();
            if (!seen.TryAdd(id, element.Line))
                throw o["id"].Error(Invariant($"is '{id}', which line {seen[id]} has already; ids must be unique."));
            items.Add(new ItemOutcome
            {
                Id = id,
                Suite = o.Optional("suite")?.AsString(),
                Category = o.Optional("category")?.AsString(),
                Behavior = o.Optional("behavior")?.AsString(),
                Scores = [.. o["scores"].AsArray().Select(Score)],
                ResponseDigests = [.. o["responses"].AsArray().Select(r => r.AsDigest())],
                Cut = o.Optional("cut")?.AsInt(),
                UnscoredReasons = o.Optional("unscored") is { } reasons ? [.. reasons.AsArray().Select(r => r.AsString())] : [],
                Overrides = o.Optional("overrides") is { } overrides ? [.. overrides.AsArray().Select(Override)] : [],
            });
        }

        return items;
    }

    // An item that says nothing has none where the summary counts, and is not known where it does not.
    private static IReadOnlyList<ItemOutcome> Counted(IReadOnlyList<ItemOutcome> items, StrictJsonObject metric)
    {
        if (metric.Optional("summary") is { } summary && Summary(summary).Optional("cut") is not null)
            return [.. items.Select(item => item with { Cut = item.Cut ?? 0 })];
        return items.FirstOrDefault(item => item.Cut is not null) is { } counted
            ? throw metric["items"].Error($"counts the cut responses of item '{counted.Id}', and the metric's summary does not say how many there are; write \"cut\" there, the sum over the items, or leave it out of them.")
            : items;
    }

    private static StrictJsonObject Summary(StrictJsonNode node) => node.AsObject("items", "scored", "rate", "worstCase", "interval90", "cut");

    private static ScoreOverride Override(StrictJsonNode node)
    {
        var o = node.AsObject("sample", "scored", "who", "why");
        return new(o["sample"].AsInt(), Score(o["scored"]), o["who"].AsString(), o["why"].AsString());
    }

    private static double? Score(StrictJsonNode node)
    {
        if (node.IsNull) return null;
        return node.AsDouble() is var value and >= 0 and <= 1
            ? value
            : throw node.Error($"is {node.Text}; a score lies in [0, 1], or is null when unscored.");
    }

    private static void CheckSummary(StrictJsonNode node, Measurement measurement)
    {
        var o = Summary(node);
        Interval? interval = null;
        if (o["interval90"] is { IsNull: false } limits)
        {
            var ends = limits.AsArray();
            if (ends.Count != 2) throw limits.Error("must hold a lower and an upper limit.");
            interval = new(ends[0].AsDouble(), ends[1].AsDouble());
        }

        var written = new ResultSummary(o["items"].AsInt(), o["scored"].AsInt(),
            o["rate"] is { IsNull: false } rate ? rate.AsDouble() : null, o["worstCase"].AsDouble(), interval);
        var computed = ResultSummary.Of(measurement);
        if (o.Optional("cut") is { } cut && cut.AsInt() is var count && count != computed.Cut)
            throw cut.Error(Invariant($"is {count}, but the items count {computed.Cut} cut responses, so one of the two was edited. Evaluate again, or leave both out of a file made by hand."));
        if (!written.AgreesWith(computed))
            throw node.Error(Invariant($"does not follow from the items, so one of the two was edited: it gives {written.Scored} of {written.Items} scored, worst case {written.WorstCase:0.######}; the items give {computed.Scored} of {computed.Items}, {computed.WorstCase:0.######}. Evaluate again, or leave the summary out of a file made by hand."));
    }
}
