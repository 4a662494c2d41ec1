using System.Text.Json.Nodes;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

/// <summary>KL by token from the definitions, from the fixtures whose results hold pairs with <c>k3</c>.</summary>
public sealed class KlConformanceSpecs
{
    public static TheoryData<string, int, bool> Pairs()
    {
        var data = new TheoryData<string, int, bool>();
        foreach (var file in ConformanceCases.TrainerFixtures("pairs"))
        {
            var name = file.Data;
            var pairs = name.Length == 0 ? [] : ConformanceCases.Trainer(name)["results"]!["pairs"]!.AsArray();
            if (name.Length > 0 && pairs[0]?["k3"] is null) continue;
            for (var i = 0; i < Math.Max(1, pairs.Count); i++)
            {
                data.Add(name, i, false);
                data.Add(name, i, true);
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Kl_of_every_token_is_that_of_the_definition(string file, int pair, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        ConformanceLog.Compared(file, Invariant($"pair {pair}"));
        var (input, expected) = (fixture["inputs"]!["pairs"]![pair]!, fixture["results"]!["pairs"]![pair]!);
        var tolerance = wide ? Near.Float64 : 3e-5;
        using var scope = NewDisposeScope();
        using var policy = Model("policy", wide);
        using var reference = Model("reference_policy", wide);
        using var batch = CompletionBatch.Of([new() { Id = "pair", PromptIds = Ints(input["prompt"]!), CompletionIds = Ints(input["completion"]!) }], CPU);
        using var noGradients = no_grad();
        var (policyND, referenceND) = (batch.Hidden(policy), batch.Hidden(reference));
        foreach (var bytes in new long?[] { null, 1 }) // all in one chunk, and a chunk for each token
        {
            var query = new TokenQuery { Entropies = true, TableBytes = bytes };
            using var there = TokenDivergence.Of(policy, policyND, reference, referenceND, batch.TargetsN, query);
            using var back = TokenDivergence.Of(reference, referenceND, policy, policyND, batch.TargetsN, query);
            using var tokens = batch.LogProbs(policy, policyND, query);
            Compare("policy_logps", there.PolicyN);
            Compare("policy_logps", tokens.LogProbsN);
            Compare("ref_logps", there.ReferenceN);
            Compare("kl_policy_ref", there.KlN);
            Compare("kl_ref_policy", back.KlN);
            Compare("k1", TokenKl.K1(there.PolicyN, there.ReferenceN));
            Compare("k2", TokenKl.K2(there.PolicyN, there.ReferenceN));
            Compare("k3", TokenKl.K3(there.PolicyN, there.ReferenceN));
            Compare("policy_entropy", tokens.EntropiesN);
            Compare("kl_policy_ref_sum", TokenKl.SequenceSum(batch.InRows(there.KlN), batch.MaskBC));
        }

        void Compare(string name, Tensor actual)
        {
            var values = expected[name] is JsonArray list ? list.Select(value => (double)value!).ToArray() : [(double)expected[name]!];
            var ours = actual.to(ScalarType.Float64).data<double>().ToArray();
            Assert.Equal(values.Length, ours.Length);
            for (var t = 0; t < ours.Length; t++) Near.Equal(values[t], ours[t], tolerance, Invariant($"{name}[{t}]"));
        }
    }

    internal static IDecoder Model(string name, bool wide) =>
        DecoderFactory.Load(ConformanceCases.Require("trainers/" + name), device: CPU, dtype: wide ? ScalarType.Float64 : ScalarType.Float32);

    private static int[] Ints(JsonNode list) => [.. list.AsArray().Select(id => (int)id!)];
}
