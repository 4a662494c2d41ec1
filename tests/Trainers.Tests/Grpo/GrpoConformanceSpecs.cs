using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Tests.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>TRL's own losses, gradients, metrics and advantages, from the fixtures whose results hold <c>cases</c>, <c>batch</c> and <c>advantages</c>.</summary>
public sealed partial class GrpoConformanceSpecs
{
    // What a case says besides options; anything else is read as an option, by the product's own reader.
    private static readonly string[] Results = ["case", "loss", "grad_norm", "metrics", "rows", "micro_losses"];

    // What the results may hold besides lists of cases.
    private static readonly string[] KnownResults = ["advantages", "advantage_rule", "mask_truncated", "batch", "per_token_logps", "per_token_entropies", "defaults", "rloo"];

    public static TheoryData<string, string, int, bool> Cases()
    {
        var data = new TheoryData<string, string, int, bool>();
        foreach (var file in ConformanceCases.TrainerFixtures("cases", "batch", "advantages"))
        {
            var name = file.Data;
            if (name.Length == 0)
            {
                data.Add("", "cases", 0, true);
                continue;
            }

            var results = ConformanceCases.Trainer(name)["results"]!;
            var lists = results.AsObject().Where(field => !KnownResults.Contains(field.Key)).Append(KeyValuePair.Create("rloo", results["rloo"]?["losses"]));
            foreach (var (part, list) in lists)
                for (var i = 0; i < (list is null ? 0 : list is JsonArray array ? array.Count : 1); i++)
                {
                    data.Add(name, part, i, true);
                    data.Add(name, part, i, false);
                }
        }

        return data;
    }

    public static TheoryData<string, string, int> Advantages()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var file in ConformanceCases.TrainerFixtures("cases", "batch", "advantages"))
        {
            var name = file.Data;
            var results = name.Length == 0 ? null : ConformanceCases.Trainer(name)["results"]!;
            for (var i = 0; i < (results?["advantages"]!.AsArray().Count ?? 1); i++) data.Add(name, "advantages", i);
            for (var i = 0; i < (results?["rloo"]?["advantages"]?.AsArray().Count ?? 0); i++) data.Add(name, "rloo", i);
        }

        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Loss_gradient_and_metrics_are_those_of_trl(string file, string part, int index, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        fixture["inputs"]!.RequireOnly("The input", "prompts", "completions", "num_generations", "max_completion_length", "eos_token_id", "pad_token_id", "rewards", "old_per_token_logps", "ref_per_token_logps");
        var results = fixture["results"]!;
        if ((part == "rloo" ? results["rloo"]!["losses"] : results[part]) is not JsonArray list) throw new NotSupportedException($"The results '{part}' are not supported.");
        var expected = list[index]!.AsObject();
        ConformanceLog.Compared(file, Invariant($"{part} {index}"));
        var options = OptionsOf(file, part, expected, results["defaults"]!, fixture);
        var tolerance = wide ? Near.Float64 : 5e-5;
        var setting = (string?)expected["case"] ?? "";
        var rows = Rows(fixture);
        var rowsOfPart = expected["rows"] is { } chunks ? chunks.AsArray().Select(count => (int)count!).ToArray() : [rows.Count];
        // TRL divides the loss of each micro-batch by the number of micro-batches; the product weights it by its share of the rows.
        // With unequal micro-batches the loss is compared with TRL's weights, and the test says so.
        if (rowsOfPart.Distinct().Count() > 1)
            TestContext.Current.AddWarning($"{file}, {part} {index}: micro-batches of {string.Join(", ", rowsOfPart)} rows are averaged by their count, as TRL does; the product averages them by rows.");
        var mask = Mask(fixture, setting, expected, options);
        using var scope = NewDisposeScope();
        using var policy = KlConformanceSpecs.Model("policy", wide);
        policy.Parameters.RequireGradients(true);
        var (start, total, metrics) = (0, 0.0, new Dictionary<string, double>());
        for (var micro = 0; micro < rowsOfPart.Length; micro++)
        {
            var chunk = rows.Skip(start).Take(rowsOfPart[micro]).ToList();
            using var batch = CompletionBatch.Of(chunk, CPU);
            var width = chunk.Max(row => row.CompletionIds.Count);
            using var hidden = batch.Pass(policy, recompute: false);
            using var tokens = batch.LogProbs(policy, hidden.Hidden, new TokenQuery { Temperature = options.Temperature, Entropies = true, EntropiesAreTrained = true });
            var from = start;
            using var terms = GrpoLoss.Compute(
                new()
                {
                    LogProbsBC = batch.InRows(tokens.LogProbsN),
                    EntropiesBC = batch.InRows(tokens.EntropiesN),
                    MaskBC = tensor(Enumerable.Range(0, chunk.Count).SelectMany(b => mask[from + b].Take(width)).ToArray(), [chunk.Count, width]),
                    Advantages = [.. AdvantagesOf(file, fixture, part, expected).Skip(start).Take(chunk.Count)],
                    OldLogProbsBC = setting is "on_policy_no_old_logps" or "on_policy" ? null : Given("old_per_token_logps", from, chunk.Count, width),
                    ReferenceLogProbsBC = Given("ref_per_token_logps", from, chunk.Count, width),
                    RowShare = 1.0 / rowsOfPart.Length,
                    TokensInUpdate = mask.Sum(row => row.Count(counts => counts)),
                },
                options);
            tokens.Backward(terms.Loss);
            hidden.Backward();
            var loss = terms.Loss.detach().to(ScalarType.Float64).item<double>();
            if (expected["micro_losses"] is { } losses) Near.Equal((double)losses[micro]!, loss, tolerance, Invariant($"micro-batch {micro}"));
            total += loss;
            foreach (var (name, value) in terms.Metrics) metrics[name] = value;
            start += chunk.Count;
        }

        if (expected["loss"] is { } whole) Near.Equal((double)whole, total, tolerance, "loss");
        Near.Equal((double)expected["grad_norm"]!, GradientClipping.Norm(policy.Parameters.Values), tolerance, "grad_norm");
        foreach (var (name, value) in expected["metrics"]?.AsObject() ?? [])
        {
            Assert.True(metrics.ContainsKey(name), $"There is no metric {name}.");
            Near.Equal((double)value!, metrics[name], tolerance, name);
        }

        Tensor Given(string name, int first, int count, int width) => tensor(
            fixture["inputs"]![name]!.AsArray().Skip(first).Take(count).SelectMany(row => row!.AsArray().Take(width).Select(value => (double)value!)).ToArray(),
            [count, width],
            wide ? ScalarType.Float64 : ScalarType.Float32);
    }

    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("cases", "batch", "advantages");

    [Theory, MemberData(nameof(Files))]
    public void Log_probabilities_and_entropies_of_tokens_are_those_of_trl(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        ConformanceLog.Compared(file, "tokens");
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var policy = KlConformanceSpecs.Model("policy", wide: true);
        using var batch = CompletionBatch.Of(Rows(fixture), CPU);
        using var tokens = batch.LogProbs(policy, batch.Hidden(policy), new TokenQuery { Entropies = true });
        foreach (var (name, valuesN) in new[] { ("per_token_logps", tokens.LogProbsN), ("per_token_entropies", tokens.EntropiesN) })
        {
            if (fixture["results"]![name] is not { } expected) continue;
            var rows = batch.InRows(valuesN);
            for (var b = 0; b < batch.Lengths.Count; b++)
                for (var t = 0; t < batch.Lengths[b]; t++) Near.Equal((double)expected[b]![t]!, rows[b, t].item<double>(), Near.Float64, Invariant($"{name}[{b}][{t}]"));
        }
    }

    [Theory, MemberData(nameof(Advantages))]
    public void Advantages_and_their_metrics_are_those_of_trl(string file, string part, int index)
    {
        var fixture = ConformanceCases.Trainer(file);
        var results = fixture["results"]!;
        var expected = (part == "rloo" ? results["rloo"]!["advantages"] : results["advantages"])![index]!;
        ConformanceLog.Compared(file, Invariant($"advantages of {part} {index}"));
        var (actual, advantages) = part == "rloo" ? Rloo(file, fixture, expected) : Stock(file, fixture, expected);
        var values = Doubles(advantages);
        for (var row = 0; row < values.Length; row++) Near.Equal(values[row], actual.Advantages[row], Near.Float64, Invariant($"advantage {row}"));
        foreach (var (name, value) in expected["metrics"]?.AsObject() ?? [])
            Near.Equal((double)value!, name switch
            {
                "reward" => actual.Reward,
                "reward_std" => actual.RewardStd,
                "frac_reward_zero_std" => actual.ZeroStdShare,
                _ => throw new NotSupportedException($"The metric {name} is not supported."),
            }, Near.Float64, name);
    }

    private static (GrpoAdvantages Actual, JsonNode Expected) Stock(string file, JsonNode fixture, JsonNode expected)
    {
        var weights = Doubles(expected["weights"]!);
        var rewards = RewardsOfCase().Match((string)expected["rewards"]!);
        if (!rewards.Success) throw new NotSupportedException($"Rewards '{expected["rewards"]}' are not supported.");
        var missing = rewards.Groups["row"].Captures.Select(capture => int.Parse(capture.Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var json = new JsonObject { ["beta"] = 0 };
        foreach (var (key, value) in expected.Without("rewards", "weights", "advantages", "metrics")) json[key == "aggregation" ? "multi_objective_aggregation" : key] = value?.DeepClone();
        return (GrpoAdvantages.Of(Rewards(fixture, rewards.Groups["which"].Value == "second_reward" ? 1 : 0, weights.Length, missing), weights, Options(file, fixture, json)), expected["advantages"]!);
    }

    private static (GrpoAdvantages Actual, JsonNode Expected) Rloo(string file, JsonNode fixture, JsonNode expected)
    {
        var json = new JsonObject { ["loss_type"] = "rloo", ["baseline"] = "leave_one_out" };
        foreach (var (key, value) in expected.Without("weights", "advantages", "metrics")) json[key] = value?.DeepClone();
        var options = Options(file, fixture, json);
        // The KL is that of the policy that sampled: the stored policy itself, not the older one whose log-probabilities some losses are given.
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var policy = KlConformanceSpecs.Model("policy", wide: true);
        using var reference = KlConformanceSpecs.Model("reference_policy", wide: true);
        using var batch = CompletionBatch.Of(Rows(fixture), CPU);
        using var tokens = TokenDivergence.Of(policy, batch.Hidden(policy), reference, batch.Hidden(reference), batch.TargetsN, new TokenQuery());
        var width = batch.MaskBC.shape[1];
        var counts = tensor(Mask(fixture, "", [], options).SelectMany(row => row.Take((int)width)).ToArray(), batch.MaskBC.shape);
        var kl = TokenKl.SequenceSum(batch.InRows(TokenKl.K1(tokens.PolicyN, tokens.ReferenceN)), batch.MaskBC.logical_and(counts)).data<double>().ToArray();
        var weights = expected["weights"] is { } given ? Doubles(given) : [1, 0.5];
        return (GrpoAdvantages.Of(Rewards(fixture, 0, weights.Length, []), weights, options, options.Beta == 0 ? null : kl), expected["advantages"]!);
    }

    private static IReadOnlyList<double> AdvantagesOf(string file, JsonNode fixture, string part, JsonObject expected) => part == "rloo"
        ? Rloo(file, fixture, new JsonObject(expected.Without([.. Results, "epsilon_low", "epsilon_high"]).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())).Append(KeyValuePair.Create("advantages", (JsonNode?)new JsonArray())))).Actual.Advantages
        : Doubles(fixture["results"]!["batch"]!["advantages"]!);

    private static GrpoOptions Options(string file, JsonNode fixture, JsonObject json)
    {
        json["num_generations"] ??= fixture["inputs"]!["num_generations"]!.DeepClone();
        json["max_completion_length"] = fixture["inputs"]!["max_completion_length"]!.DeepClone();
        return CaseOptions.Read<GrpoOptions>(file, json);
    }

    private static GrpoOptions OptionsOf(string file, string part, JsonObject given, JsonNode defaults, JsonNode fixture)
    {
        var json = new JsonObject { ["num_generations"] = fixture["inputs"]!["num_generations"]!.DeepClone(), ["max_completion_length"] = fixture["inputs"]!["max_completion_length"]!.DeepClone(), ["beta"] = 0, ["kl_placement"] = "loss" };
        var isRow = part is "gmpo_experimental" or "rloo";
        if (isRow) (json["loss_type"], json["kl_placement"]) = part == "rloo" ? ("rloo", "reward") : ("gmpo", "loss");
        foreach (var (key, value) in defaults.AsObject().Where(field => !isRow || field.Key is "epsilon_low" or "epsilon_high").Concat(given.Without(Results)))
        {
            json[key == "epsilon_low" ? "epsilon" : key] = value?.DeepClone();
            if (key == "epsilon" && !given.ContainsKey("epsilon_high")) json["epsilon_high"] = value?.DeepClone();
        }

        return CaseOptions.Read<GrpoOptions>(file, json);
    }

    private static List<TokenExample> Rows(JsonNode fixture)
    {
        var size = (int)fixture["inputs"]!["num_generations"]!;
        return [.. fixture["inputs"]!["completions"]!.AsArray().Select((completion, i) => new TokenExample
        {
            Id = Invariant($"{i}"),
            PromptIds = [.. fixture["inputs"]!["prompts"]![i / size]!.AsArray().Select(id => (int)id!)],
            CompletionIds = [.. completion!.AsArray().Select(id => (int)id!)],
        })];
    }

    private static List<bool[]> Mask(JsonNode fixture, string setting, JsonObject given, GrpoOptions options)
    {
        var mask = (setting == "mask_truncated_completions" || options.MaskTruncatedCompletions ? fixture["results"]!["mask_truncated"]! : fixture["results"]!["batch"]!)["completion_mask"]!
            .AsArray().Select(row => row!.AsArray().Select(value => (int)value! == 1).ToArray()).ToList();
        if (DroppedTokens().Match(setting) is { Success: true } dropped)
            foreach (var row in mask)
                foreach (var token in dropped.Groups["token"].Captures.Select(capture => int.Parse(capture.Value, System.Globalization.CultureInfo.InvariantCulture))) row[token] = false;
        else if (setting is not ("" or "mask_truncated_completions" or "on_policy_no_old_logps" or "given_old_logps" or "on_policy") && !given.ContainsKey(setting)) // a case may be called by its option
            throw new NotSupportedException($"The case '{setting}' is not supported.");
        return mask;
    }

    [GeneratedRegex(@"^tool_mask_drops_tokens?_(?<token>\d+)(_and_(?<token>\d+))*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DroppedTokens();

    [GeneratedRegex(@"^(?<which>first_reward|second_reward|weighted_sum)(_rows_(?<row>\d+)(_(?<row>\d+))*_missing)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RewardsOfCase();

    private static List<double?[]> Rewards(JsonNode fixture, int first, int count, int[] missing) =>
        [.. fixture["inputs"]!["rewards"]!.AsArray().Select((row, i) => row!.AsArray().Skip(first).Take(count).Select(value => missing.Contains(i) ? null : (double?)value!).ToArray())];

    private static double[] Doubles(JsonNode list) => [.. list.AsArray().Select(value => (double)value!)];
}
