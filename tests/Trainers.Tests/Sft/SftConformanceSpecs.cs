using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Tests.Data;
using SafetyGate.Trainers.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>TRL's own numbers, from the fixtures whose results hold <c>losses</c> and <c>trajectory</c>.</summary>
public sealed partial class SftConformanceSpecs
{
    public static TheoryData<string, bool> Files() => ConformanceCases.TrainerFixturesInBothWidths("losses", "packing", "trajectory");

    [Theory, MemberData(nameof(Files))]
    public void Losses_gradients_entropy_and_accuracy_are_those_of_trl(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        fixture["inputs"]!.RequireOnly("The input", "examples", "batch", "packing_lengths", "packing_seq_length", "trajectory", "label_smoothing");
        var batch = Ints(fixture["inputs"]!["batch"]!).Select(index => Examples(fixture)[index]).ToList();
        foreach (var (name, expected) in fixture["results"]!["losses"]!.AsObject())
        {
            var loss = LossCase.Parse(name, (double)fixture["inputs"]!["label_smoothing"]!);
            ConformanceLog.Compared(file, name);
            Compare(name, expected!, [.. batch.Select(example => TokenRow.Of(example, loss.CompletionOnly))], loss, wide);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Rows_packed_without_padding_have_the_loss_and_gradient_of_trl(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        if (fixture["results"]!["packed"] is not { } expected) return;
        var batch = Ints(fixture["inputs"]!["batch"]!).Select(index => Examples(fixture)[index]).ToList();
        ConformanceLog.Compared(file, "packed");
        Compare("packed", expected, [Packing.Join([.. batch.Select(example => TokenRow.Of(example))])], LossCase.Parse("completion_only", 0), wide);
    }

    [Theory, MemberData(nameof(Files))]
    public void Collated_batches_are_those_of_trl(string file, bool wide)
    {
        _ = wide;
        ConformanceLog.Compared(file, "collated");
        var fixture = ConformanceCases.Trainer(file);
        var rows = Ints(fixture["inputs"]!["batch"]!).Select(index => TokenRow.Of(Examples(fixture)[index])).ToList();
        using var padded = Collation.RightPadded(rows, 0, CPU);
        var collated = fixture["results"]!["collated"]!;
        Assert.Equal(Flat(collated["input_ids"]!), CollationSpecs.Longs(padded.IdsBT));
        Assert.Equal(Flat(collated["labels"]!), CollationSpecs.Longs(padded.LabelsBT));
        Assert.Equal(Flat(collated["attention_mask"]!), CollationSpecs.Longs(padded.KeepMaskBT.to(ScalarType.Int64)));
        using var packed = Collation.PaddingFree(rows, CPU);
        var flat = fixture["results"]!["packed"]!;
        Assert.Equal(Flat(flat["input_ids"]!), CollationSpecs.Longs(packed.IdsBT));
        Assert.Equal(Flat(flat["labels"]!), CollationSpecs.Longs(packed.LabelsBT));
        Assert.Equal(Flat(flat["position_ids"]!), CollationSpecs.Longs(packed.PositionsBT));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_training_run_goes_step_by_step_as_trls(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        var (inputs, expected) = (fixture["inputs"]!["trajectory"]!, fixture["results"]!["trajectory"]!);
        ConformanceLog.Compared(file, "trajectory");
        var micro = inputs["micro_batches"]!.AsArray().Select(batch => Ints(batch!)).ToList();
        using var decoder = Policy(wide);
        Assert.Equal(expected["decay_parameters"]!.AsArray().Select(name => (string)name!).Order(), decoder.Parameters.Keys.Where(ParameterGroups.IsDecayed).Order());
        Assert.Equal(expected["no_decay_parameters"]!.AsArray().Select(name => (string)name!).Order(), decoder.Parameters.Keys.Where(name => !ParameterGroups.IsDecayed(name)).Order());
        var json = CaseOptions.Optimizer(inputs, "micro_batches");
        json["per_device_train_batch_size"] = Assert.Single(micro.Select(batch => batch.Length).Distinct());
        var options = CaseOptions.Read<SftOptions>(file, json);
        using var folder = new TemporaryFolder();
        // The examples in the order in which the run reads them; without a shuffle that is one epoch.
        var order = micro.SelectMany(batch => batch).Select(index => Examples(fixture)[index]).ToList();
        new SftTrainer(decoder, order, options).Train(folder.Path, null, CancellationToken.None);
        var tolerance = wide ? Near.Float64 : Near.Float32;
        foreach (var (ours, theirs) in new[] { ("learning_rate", "lr"), ("loss", "loss"), ("grad_norm", "grad_norm") })
        {
            var values = MetricsLog.Values(folder.Path, ours);
            var steps = expected["steps"]!.AsArray();
            Assert.Equal(steps.Count, values.Count);
            for (var i = 0; i < values.Count; i++) Near.Equal((double)steps[i]![theirs]!, values[i], tolerance, Invariant($"{ours} of step {i + 1}"));
        }

        var rowsAStep = options.PerDeviceTrainBatchSize * options.GradientAccumulationSteps;
        Assert.Equal(
            expected["steps"]!.AsArray().Select(step => (int)step!["num_items_in_batch"]!),
            order.Chunk(rowsAStep).Select(rows => rows.Sum(example => TokenRow.Of(example, options.CompletionOnlyLoss).TargetCount())));
        foreach (var (name, norm) in expected["final_norms"]!.AsObject())
        {
            using var scope = NewDisposeScope();
            Near.Equal((double)norm!, LeastSquares.Number(decoder.Parameters[name].norm()), tolerance, $"final norm of {name}");
        }
    }

    // In one pass; with a chunk of logits for each token; with layers recomputed; with both.
    private static readonly (long? TableBytes, bool Recompute)[] Manners = [(null, false), (1, false), (null, true), (1, true)];

    private static void Compare(string name, JsonNode expected, IReadOnlyList<TokenRow> rows, LossCase loss, bool wide)
    {
        foreach (var manner in Manners) Compare(name, expected, rows, loss, wide, manner);
    }

    private static void Compare(string name, JsonNode expected, IReadOnlyList<TokenRow> rows, LossCase loss, bool wide,
        (long? TableBytes, bool Recompute) manner)
    {
        var tolerance = wide ? Near.Float64 : Near.Float32;
        using var scope = NewDisposeScope();
        using var decoder = Policy(wide);
        decoder.Parameters.RequireGradients(true);
        using var batch = Collation.RightPadded(rows, 0, CPU);
        using var hidden = decoder.TrainingPass(batch.ToDecoderInput(), manner.Recompute);
        var hiddenND = hidden.Hidden.reshape(-1, hidden.Hidden.shape[^1]).index_select(0, batch.PredictionIndexN);
        using var tokens = TokenLogProbs.Of(decoder, hiddenND, batch.TargetsN, SftLoss.Query(loss.Smoothing) with { TableBytes = manner.TableBytes });
        using var terms = SftLoss.Sums(tokens, loss.Objective, loss.Smoothing);
        var mean = terms.LossSum / (loss.Items ?? batch.TargetCount);
        tokens.Backward(mean);
        hidden.Backward();
        var known = new HashSet<string> { "loss", "grad_norms", "input_ids", "position_ids", "labels", "cu_seq_lens" };
        Near.Equal((double)expected["loss"]!, LeastSquares.Number(mean), tolerance, $"{name} loss");
        Check("num_target_tokens", batch.TargetCount);
        Check("entropy", LeastSquares.Number(terms.EntropySum) / batch.TargetCount);
        Check("mean_token_accuracy", LeastSquares.Number(terms.CorrectCount) / batch.TargetCount);
        Check("grad_norm", GradientClipping.Norm(decoder.Parameters.Values));
        foreach (var (parameter, norm) in expected["grad_norms"]?.AsObject() ?? [])
            Near.Equal((double)norm!, GradientClipping.Norm([decoder.Parameters[parameter]]), tolerance, $"{name} gradient of {parameter}");
        Assert.Subset(known, expected.AsObject().Select(field => field.Key).ToHashSet());

        void Check(string key, double actual)
        {
            known.Add(key);
            if (expected[key] is { } value) Near.Equal((double)value, actual, tolerance, $"{name} {key}");
        }
    }

    private static IDecoder Policy(bool wide) =>
        DecoderFactory.Load(ConformanceCases.Require("trainers/policy"), device: CPU, dtype: wide ? ScalarType.Float64 : ScalarType.Float32);

    private static List<TokenExample> Examples(JsonNode fixture) =>
        [.. fixture["inputs"]!["examples"]!.AsArray().Select((example, i) => new TokenExample { Id = Invariant($"{i}"), PromptIds = Ints(example!["prompt"]!), CompletionIds = Ints(example["completion"]!) })];

    private static int[] Ints(JsonNode list) => [.. list.AsArray().Select(id => (int)id!)];

    private static IEnumerable<long> Flat(JsonNode rows) => rows.AsArray().SelectMany(row => Ints(row!)).Select(id => (long)id);

    /// <summary>A fixture's case by its name: the targets, then settings in any order, such as <c>completion_only_dft_num_items_40</c>.</summary>
    private sealed partial record LossCase(bool CompletionOnly, SftLossType Objective, double Smoothing, int? Items)
    {
        public static LossCase Parse(string name, double smoothing)
        {
            var parts = Form().Match(name);
            if (!parts.Success) throw new NotSupportedException($"Loss '{name}' is not supported.");
            return new(
                parts.Groups["targets"].Value == "completion_only",
                parts.Groups["loss"].Success ? EnumNames.Find<SftLossType>(parts.Groups["loss"].Value)!.Value : SftLossType.Nll,
                !parts.Groups["smoothed"].Success ? 0 : parts.Groups["share"].Success ? double.Parse(parts.Groups["share"].Value, System.Globalization.CultureInfo.InvariantCulture) : smoothing,
                parts.Groups["items"].Success ? int.Parse(parts.Groups["items"].Value, System.Globalization.CultureInfo.InvariantCulture) : null);
        }

        [GeneratedRegex(@"^(?<targets>completion_only|full_text)(_(?<loss>chunked_nll|nll|dft)|_(?<smoothed>label_smoothing)(_(?<share>0?\.\d+))?|_num_items_(?<items>\d+))*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
        private static partial Regex Form();
    }
}
