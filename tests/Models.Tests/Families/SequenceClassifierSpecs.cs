using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Families;

/// <summary>Heads that score whole texts.</summary>
public sealed class SequenceClassifierSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("safetygate-classifier-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.Float64)]
    public void Scores_are_those_of_the_reference(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var reference = Reference();
        var tolerance = dtype == ScalarType.Float32 ? 2e-5 : 1e-8;
        using var model = SequenceClassifier.Load(ConformanceCases.Require("trainers/reward_model"), dtype: dtype);
        Assert.Equal(1, model.Labels);
        ConformanceLog.Compared("trainers/reward.json", "scores");
        var pairs = reference.GetProperty("inputs").GetProperty("pairs").EnumerateArray().ToArray();
        foreach (var side in (string[])["chosen", "rejected"])
        {
            IReadOnlyList<int>[] rows = [.. pairs.Select(pair => Numbers.Ints(pair.GetProperty(side + "_ids")))];
            var expected = Numbers.Doubles(reference.GetProperty("results").GetProperty("scores").GetProperty(side));
            Numbers.Close(expected, Numbers.Of(model.Scores(rows).squeeze(-1)), tolerance, side + " together");
            foreach (var (row, ids) in rows.Index()) Numbers.Close([expected[row]], Numbers.Of(model.Scores([ids]).squeeze(-1)), tolerance, side + " alone");
        }
        foreach (var name in (string[])["pad_id_inside", "pad_id_at_end_no_mask"])
        {
            var one = reference.GetProperty("results").GetProperty(name);
            Numbers.Close([one.GetProperty("score").GetDouble()], Numbers.Of(model.Scores([Numbers.Ints(one.GetProperty("input_ids"))]).squeeze(-1)), tolerance, name);
        }
    }

    [Fact]
    public void The_loss_of_pairs_has_the_gradients_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var reference = Reference();
        using var model = SequenceClassifier.Load(ConformanceCases.Require("trainers/reward_model"), dtype: ScalarType.Float64);
        model.Decoder.Parameters.RequireGradients(true);
        var pairs = reference.GetProperty("inputs").GetProperty("pairs").EnumerateArray().ToArray();
        Tensor Scores(string side) => model.Scores([.. pairs.Select(pair => Numbers.Ints(pair.GetProperty(side)))]);
        var loss = nn.functional.logsigmoid(Scores("chosen_ids") - Scores("rejected_ids")).mean().neg();
        loss.backward();
        var plain = reference.GetProperty("results").GetProperty("losses").GetProperty("plain");
        Numbers.Close(plain.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-8, "loss");
        foreach (var (name, parameter) in model.Decoder.Parameters)
            Numbers.Close(plain.GetProperty("grad_norms").GetProperty(name).GetDouble(), Math.Sqrt(Numbers.Of(parameter.grad!).Sum(number => number * number)), 1e-8, name);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_language_model_becomes_a_classifier_that_loads_as_it_was_saved(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var language = TinyModels.Decoder(family, ScalarType.Float32);
        CheckpointWriter.Write(_directory + "/language", language.Parameters, new CheckpointFiles { ConfigJson = language.Config.Raw.ToJsonString() });
        using var made = SequenceClassifier.FromLanguageModel(_directory + "/language", labels: 3, seed: 4, padId: 39);
        Assert.Equal([3, 24], made.Decoder.Parameters["score.weight"].shape);
        Assert.DoesNotContain("lm_head.weight", made.Decoder.Parameters.Keys);
        Assert.Equal(Numbers.Of(language.Parameters.Values.First()), Numbers.Of(made.Decoder.Parameters.Values.First()));
        made.Save(_directory + "/classifier", _directory + "/language");
        using var loaded = SequenceClassifier.Load(_directory + "/classifier");
        IReadOnlyList<int>[] rows = [[1, 5, 9, 30], [7, 8], [1, 2, 3, 4, 5, 6, 39]];
        var scores = Numbers.Of(made.Scores(rows));
        Assert.Equal(9, scores.Distinct().Count());
        Assert.Equal(scores, Numbers.Of(loaded.Scores(rows)));
        Numbers.Close(Numbers.Of(loaded.Scores([[1, 2, 3, 4, 5, 6]])), scores.AsSpan(6), 1e-4, "without the padding");
        var refusal = Assert.Throws<UserErrorException>(() => DecoderFactory.Load(_directory + "/classifier"));
        Assert.Contains("a classifier of 3 labels", refusal.Message);
        Assert.Contains("is a language model", Assert.Throws<UserErrorException>(() => SequenceClassifier.Load(_directory + "/language")).Message);
    }

    [Fact]
    public void Labels_are_counted_from_their_names_and_two_without()
    {
        int? Labels(params (string, System.Text.Json.Nodes.JsonNode?)[] changes) =>
            TinyModels.Config("llama", [("architectures", new System.Text.Json.Nodes.JsonArray("LlamaForSequenceClassification")), .. changes]).Labels;
        Assert.Equal(2, Labels());
        Assert.Equal(1, Labels(("id2label", new System.Text.Json.Nodes.JsonObject { ["0"] = "good" })));
        Assert.Equal(5, Labels(("num_labels", 5)));
        Assert.Null(TinyModels.Config().Labels);
    }

    // Source: the configuration classes of transformers 5. A text is scored at its last token that is not the padding token.
    [Theory]
    [InlineData("gemma2", "", 0)]
    [InlineData("gemma3_text", "", 0)]
    [InlineData("olmo2", "", 1)]
    [InlineData("olmo2", "7", 7)]
    [InlineData("olmo2", "null", null)]
    [InlineData("olmo2", "-1", null)]
    [InlineData("phi3", "", null)]
    [InlineData("llama", "", null)]
    public void A_classifier_that_names_no_padding_token_has_its_classes(string family, string said, int? id)
    {
        var json = TinyModels.Json(family, TinyModels.Differences(family));
        json.Remove("pad_token_id");
        if (said.Length > 0) json["pad_token_id"] = System.Text.Json.Nodes.JsonNode.Parse(said);
        Assert.Equal(said == "7" ? 7 : null, DecoderConfig.Parse(json, "test config").PadId); // a language model pads behind a mask
        json["architectures"] = new System.Text.Json.Nodes.JsonArray(ModelFamilies.ByModelType(family)!.Classifier);
        Assert.Equal(id, DecoderConfig.Parse(json, "test config").PadId); // 32000 is beyond this vocabulary
    }

    private static JsonElement Reference() => ConformanceCases.Json("trainers/reward.json");
}
