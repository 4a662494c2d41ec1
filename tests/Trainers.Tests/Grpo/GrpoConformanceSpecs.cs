using System.Text.Json.Nodes;
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
public sealed class GrpoConformanceSpecs
{
    // What a case or an advantage may say; anything else is an option the product does not have, and the test must say so.
    private static readonly string[] KnownKeys =
    [
        "case", "loss_type", "importance_sampling_level", "beta", "epsilon_low", "epsilon_high", "epsilon", "delta", "top_entropy_quantile", "off_policy_mask_threshold",
        "use_bias_correction_kl", "entropy_coef", "temperature", "loss", "grad_norm", "metrics", "rows", "micro_losses",
    ];

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
            foreach (var (part, list) in new[] { ("cases", results["cases"]), ("accumulation_2", results["accumulation_2"]), ("gmpo_experimental", results["gmpo_experimental"]), ("rloo", results["rloo"]?["losses"]) })
                for (var i = 0; i < (list?.AsArray().Count ?? 0); i++)
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
        var results = fixture["results"]!;
        var expected = (part == "rloo" ? results["rloo"]!["losses"] : results[part])![index]!.AsObject();
        ConformanceLog.Compared(file, Invariant($"{part} {index}"));
        Assert.Subset(KnownKeys.ToHashSet(), expected.Select(field => field.Key).ToHashSet());
        var options = OptionsOf(part, expected, results["defaults"]!, fixture);
        Assert.Empty(options.Problems());
        var tolerance = wide ? Near.Float64 : 5e-5;
        var setting = (string?)expected["case"] ?? "";
        var rows = Rows(fixture);
        var rowsOfPart = expected["rows"] is { } chunks ? chunks.AsArray().Select(count => (int)count!).ToArray() : [rows.Count];
        // TRL divides the loss of each micro-batch by the number of micro-batches; the product weights it by its share of the rows.
        // With unequal micro-batches the loss is compared with TRL's weights, and the test says so.
        if (rowsOfPart.Distinct().Count() > 1)
            TestContext.Current.AddWarning($"{file}, {part} {index}: micro-batches of {string.Join(", ", rowsOfPart)} rows are averaged by their count, as TRL does; the product averages them by rows.");
        var mask = Mask(fixture, setting);
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
                    Advantages = [.. AdvantagesOf(fixture, part, expected).Skip(start).Take(chunk.Count)],
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

    [Theory, MemberData(nameof(Advantages))]
    public void Advantages_and_their_metrics_are_those_of_trl(string file, string part, int index)
    {
        var fixture = ConformanceCases.Trainer(file);
        var results = fixture["results"]!;
        var expected = (part == "rloo" ? results["rloo"]!["advantages"] : results["advantages"])![index]!;
        ConformanceLog.Compared(file, Invariant($"advantages of {part} {index}"));
        var (actual, advantages) = part == "rloo" ? Rloo(fixture, expected) : Stock(fixture, expected);
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

    private static (GrpoAdvantages Actual, JsonNode Expected) Stock(JsonNode fixture, JsonNode expected)
    {
        var weights = Doubles(expected["weights"]!);
        var missing = (string)expected["rewards"]! switch
        {
            "first_reward" or "weighted_sum" => (int[])[],
            "first_reward_rows_1_2_missing" => [1, 2],
            var other => throw new NotSupportedException($"Rewards '{other}' are not supported."),
        };
        var options = Base(fixture) with
        {
            ScaleRewards = EnumNames.Find<RewardScale>((string)expected["scale_rewards"]!)!.Value,
            Aggregation = EnumNames.Find<RewardAggregation>((string)expected["aggregation"]!)!.Value,
            Beta = 0,
        };
        Assert.Empty(options.Problems());
        return (GrpoAdvantages.Of(Rewards(fixture, weights.Length, missing), weights, options), expected["advantages"]!);
    }

    private static (GrpoAdvantages Actual, JsonNode Expected) Rloo(JsonNode fixture, JsonNode expected)
    {
        var options = Base(fixture) with
        {
            LossType = GrpoLossType.Rloo,
            Baseline = RewardBaseline.LeaveOneOut,
            Beta = (double)expected["beta"]!,
            NormalizeAdvantages = (bool?)expected["normalize_advantages"] ?? false,
            RewardClip = expected["reward_clip_range"] is JsonArray clip ? new RewardRange((double)clip[0]!, (double)clip[1]!) : null,
        };
        Assert.Empty(options.Problems());
        // The KL is that of the policy that sampled: the stored policy itself, not the older one whose log-probabilities some losses are given.
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var policy = KlConformanceSpecs.Model("policy", wide: true);
        using var reference = KlConformanceSpecs.Model("reference_policy", wide: true);
        using var batch = CompletionBatch.Of(Rows(fixture), CPU);
        using var tokens = TokenDivergence.Of(policy, batch.Hidden(policy), reference, batch.Hidden(reference), batch.TargetsN, new TokenQuery());
        var kl = TokenKl.SequenceSum(batch.InRows(TokenKl.K1(tokens.PolicyN, tokens.ReferenceN)), batch.MaskBC).data<double>().ToArray();
        return (GrpoAdvantages.Of(Rewards(fixture, 2, []), [1, 0.5], options, options.Beta == 0 ? null : kl), expected["advantages"]!);
    }

    private static IReadOnlyList<double> AdvantagesOf(JsonNode fixture, string part, JsonObject expected) => part == "rloo"
        ? Rloo(fixture, new JsonObject { ["beta"] = (double)expected["beta"]!, ["advantages"] = new JsonArray() }).Actual.Advantages
        : Doubles(fixture["results"]!["batch"]!["advantages"]!);

    private static GrpoOptions Base(JsonNode fixture) => new()
    {
        MaxSteps = 1,
        LearningRate = 1,
        Seed = 0,
        NumGenerations = (int)fixture["inputs"]!["num_generations"]!,
        MaxCompletionLength = (int)fixture["inputs"]!["max_completion_length"]!,
    };

    private static GrpoOptions OptionsOf(string part, JsonObject given, JsonNode defaults, JsonNode fixture)
    {
        JsonNode? Value(string key) => given.ContainsKey(key) ? given[key] : defaults[key];
        var loss = part switch
        {
            "gmpo_experimental" => GrpoLossType.Gmpo,
            "rloo" => GrpoLossType.Rloo,
            _ => EnumNames.Find<GrpoLossType>((string)Value("loss_type")!) ?? throw new NotSupportedException($"The loss {Value("loss_type")} is not supported."),
        };
        var isRow = loss is GrpoLossType.Gmpo or GrpoLossType.Rloo;
        return Base(fixture) with
        {
            LossType = loss,
            ImportanceSamplingLevel = isRow ? ImportanceLevel.Token : EnumNames.Find<ImportanceLevel>((string)Value("importance_sampling_level")!)!.Value,
            Beta = (double)Value("beta")!,
            KlPlacement = loss == GrpoLossType.Rloo ? KlPlacement.Reward : KlPlacement.Loss,
            Epsilon = (double)(given["epsilon"] ?? Value("epsilon_low"))!,
            EpsilonHigh = (double)(given["epsilon"] ?? Value("epsilon_high"))!,
            Delta = (double?)Value("delta"),
            TopEntropyQuantile = (double)Value("top_entropy_quantile")!,
            OffPolicyMaskThreshold = (double?)Value("off_policy_mask_threshold"),
            UseBiasCorrectionKl = (bool)Value("use_bias_correction_kl")!,
            EntropyCoefficient = (double)Value("entropy_coef")!,
            Temperature = (double?)given["temperature"] ?? 1,
        };
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

    private static List<bool[]> Mask(JsonNode fixture, string setting)
    {
        var mask = (setting == "mask_truncated_completions" ? fixture["results"]!["mask_truncated"]! : fixture["results"]!["batch"]!)["completion_mask"]!
            .AsArray().Select(row => row!.AsArray().Select(value => (int)value! == 1).ToArray()).ToList();
        if (setting == "tool_mask_drops_tokens_1_and_2")
            foreach (var row in mask) (row[1], row[2]) = (false, false);
        else if (setting is not ("" or "mask_truncated_completions" or "on_policy_no_old_logps" or "temperature" or "given_old_logps" or "on_policy"))
            throw new NotSupportedException($"The case '{setting}' is not supported.");
        return mask;
    }

    private static List<double?[]> Rewards(JsonNode fixture, int count, int[] missing) =>
        [.. fixture["inputs"]!["rewards"]!.AsArray().Select((row, i) => row!.AsArray().Take(count).Select(value => missing.Contains(i) ? null : (double?)value!).ToArray())];

    private static double[] Doubles(JsonNode list) => [.. list.AsArray().Select(value => (double)value!)];
}
