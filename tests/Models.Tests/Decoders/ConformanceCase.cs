using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Puts one case of a model's reference to a decoder.</summary>
internal sealed class ConformanceCase(JsonElement json, LlamaDecoder decoder)
{
    private readonly Tolerances _allowed = Tolerances.Of(decoder.Dtype);

    public void Check()
    {
        using var scope = NewDisposeScope();
        switch (json.GetProperty("kind").GetString())
        {
            case "forward": Forward(); break;
            case "batch": Batch(); break;
            case "loss": Loss(); break;
            case "generate": Generate(); break;
            case "sampling": Sampling(); break;
            case "logprobs": LogProbabilities(); break;
            case var kind: Assert.Fail($"No check is written for a case of kind '{kind}'."); break;
        }
    }

    private void Forward()
    {
        using var noGradients = no_grad();
        var logits = LogitsOf(Ids("input_ids"));
        var expected = json.GetProperty("logits").EnumerateArray().ToArray();
        foreach (var (row, position) in Ids("positions").Index())
            Numbers.Close(Numbers.Doubles(expected[row]), Numbers.Of(logits[0, position]), _allowed.Logits, Invariant($"logits at {position}"));
        Numbers.Close(Numbers.Doubles(json.GetProperty("logsumexp")), Numbers.Of(logits.logsumexp(-1)[0]), _allowed.LogProbabilities, "logsumexp");
        Numbers.Close(Numbers.Doubles(json.GetProperty("sum")), Numbers.Of(logits.sum(-1)[0]), _allowed.Sum, "sum");
        if (!json.TryGetProperty("hidden_norms", out var hiddenNorms)) return; // long sequences come without
        var states = decoder.HiddenStates(new DecoderInput { IdsBT = Numbers.Ids(Ids("input_ids")) });
        var norms = hiddenNorms.EnumerateArray().ToArray();
        Assert.Equal(norms.Length, states.Count);
        foreach (var (layer, state) in states.Index())
        {
            Numbers.Close(Numbers.Doubles(norms[layer]), Numbers.Of((state * state).sum(-1).sqrt()[0]), _allowed.HiddenNorms, Invariant($"hidden norms {layer}"));
            state.Dispose();
        }
    }

    private void Batch()
    {
        using var noGradients = no_grad();
        Assert.Equal("left", json.GetProperty("padding_side").GetString());
        var input = new DecoderInput { IdsBT = Numbers.Ids(Rows("input_ids")), KeepMaskBT = Numbers.Mask(Rows("attention_mask")) };
        var hidden = decoder.Hidden(input);
        var last = decoder.Logits(hidden.narrow(1, hidden.shape[1] - 1, 1).squeeze(1));
        foreach (var (row, expected) in json.GetProperty("last_logits").EnumerateArray().Index())
        {
            Numbers.Close(Numbers.Doubles(expected), Numbers.Of(last[row]), _allowed.Logits, Invariant($"last logits of row {row}"));
            var alone = LogitsOf(Rows("sequences")[row]);
            Numbers.Close(Numbers.Doubles(expected), Numbers.Of(alone[0, -1]), _allowed.Logits, Invariant($"last logits of sequence {row} alone"));
        }
    }

    private void Loss()
    {
        decoder.Parameters.RequireGradients(true);
        decoder.Parameters.ClearGradients();
        try
        {
            var logits = LogitsOf(Ids("input_ids"))[0];
            var labels = Numbers.Ids(Ids("labels"))[0];
            var count = labels.shape[0];
            var loss = nn.functional.cross_entropy(logits.narrow(0, 0, count - 1), labels.narrow(0, 1, count - 1), ignore_index: -100);
            Numbers.Close(json.GetProperty("loss").GetDouble(), loss.ToDouble(), _allowed.Gradients, "loss");
            loss.backward();
            var squares = 0.0;
            var expected = json.GetProperty("grad_norms");
            Assert.Equal(expected.EnumerateObject().Select(one => one.Name).Order(), decoder.Parameters.Keys.Order());
            foreach (var (name, parameter) in decoder.Parameters)
            {
                var norm = Math.Sqrt(Numbers.Of(parameter.grad!).Sum(number => number * number));
                Numbers.Close(expected.GetProperty(name).GetDouble(), norm, _allowed.Gradients, "gradient norm of " + name);
                squares += norm * norm;
            }
            Numbers.Close(json.GetProperty("grad_norm").GetDouble(), Math.Sqrt(squares), _allowed.Gradients, "gradient norm");
        }
        finally
        {
            decoder.Parameters.ClearGradients();
            decoder.Parameters.RequireGradients(false);
        }
    }

    private void Generate()
    {
        var eos = Ids("eos_token_ids");
        var generator = new TokenGenerator(decoder, eos);
        var sampling = new SamplingOptions { MaxNewTokens = json.GetProperty("max_new_tokens").GetInt32(), Seed = 0 };
        var made = generator.Generate([new GenerationRequest { Key = "case", PromptIds = Ids("prompt") }], sampling, CancellationToken.None).Single();
        Assert.Equal(Ids("new_ids"), made.NewIds);
        Assert.Equal(json.GetProperty("stopped_by_eos").GetBoolean(), made.FinishReason == FinishReason.Stop);
    }

    private void Sampling()
    {
        using var noGradients = no_grad();
        var context = Ids("context");
        var logits = Numbers.Of(LogitsOf(context)[0, -1]);
        foreach (var distribution in json.GetProperty("distributions").EnumerateArray())
        {
            var name = distribution.GetProperty("name").GetString()!;
            var probabilities = logits.ToArray();
            NextTokenDistribution.FromLogits(probabilities, Options(distribution.GetProperty("settings")), context);
            var kept = Ids("kept_ids", distribution);
            Assert.Equal(kept, Enumerable.Range(0, probabilities.Length).Where(id => probabilities[id] != 0));
            Numbers.Close(Numbers.Doubles(distribution.GetProperty("probs")), [.. kept.Select(id => probabilities[id])], _allowed.LogProbabilities, "probabilities under " + name);
        }
    }

    private void LogProbabilities()
    {
        using var noGradients = no_grad();
        var (prompt, completion) = (Ids("prompt"), Ids("completion"));
        var all = LogitsOf([.. prompt, .. completion]).log_softmax(-1)[0];
        var logs = completion.Select((id, i) => Numbers.Of(all[prompt.Length + i - 1])[id]).ToArray();
        Numbers.Close(Numbers.Doubles(json.GetProperty("logprobs")), logs, _allowed.LogProbabilities, "log-probabilities");
        var entropy = completion.Select((_, i) => -Numbers.Of(all[prompt.Length + i - 1]).Sum(log => Math.Exp(log) * log)).ToArray();
        Numbers.Close(Numbers.Doubles(json.GetProperty("entropy")), entropy, _allowed.LogProbabilities, "entropy");
    }

    private static SamplingOptions Options(JsonElement settings)
    {
        foreach (var setting in settings.EnumerateObject())
            Assert.Contains(setting.Name, (string[])["temperature", "top_k", "top_p", "min_p", "repetition_penalty"]);
        double? Number(string name) => settings.TryGetProperty(name, out var value) ? value.GetDouble() : null;
        return new SamplingOptions
        {
            MaxNewTokens = 1,
            Seed = 0,
            Temperature = Number("temperature") ?? 1,
            TopK = (int?)Number("top_k"),
            TopP = Number("top_p"),
            MinP = Number("min_p"),
            RepetitionPenalty = Number("repetition_penalty") ?? 1,
        };
    }

    private Tensor LogitsOf(int[] ids) => decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(ids) }));

    private int[] Ids(string name) => Ids(name, json);

    private static int[] Ids(string name, JsonElement of) => Numbers.Ints(of.GetProperty(name));

    private int[][] Rows(string name) => [.. json.GetProperty(name).EnumerateArray().Select(Numbers.Ints)];
}
