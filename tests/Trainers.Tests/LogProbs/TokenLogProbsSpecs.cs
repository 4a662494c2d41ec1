using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

public sealed class TokenLogProbsSpecs
{
    private const double Rounding = 1e-12; // sums in another order, in float64

    public static TheoryData<int, double, double, bool, bool, bool> Losses()
    {
        var data = new TheoryData<int, double, double, bool, bool, bool>();
        foreach (var rows in new[] { 1, 2, 5 })
            foreach (var (temperature, cap) in new[] { (1.0, 0.0), (0.7, 0.0), (1.0, 1.5) })
            {
                data.Add(rows, temperature, cap, false, false, false);
                data.Add(rows, temperature, cap, true, false, false);
                data.Add(rows, temperature, cap, true, true, false);
                data.Add(rows, temperature, cap, true, true, true);
            }

        return data;
    }

    [Theory, MemberData(nameof(Losses))]
    public void Numbers_and_gradients_in_chunks_are_those_of_one_pass(int rows, double temperature, double cap, bool entropies, bool means, bool recompute)
    {
        var query = new TokenQuery { Temperature = temperature, Entropies = entropies, EntropiesAreTrained = entropies, Means = means, Likeliest = true };
        using var scope = NewDisposeScope();
        using var decoder = new CappedDecoder(Small(), cap);
        var (whole, gradients) = Run(decoder, query, recompute: false);
        Assert.True(decoder.MostRows > rows);
        using var chunked = new CappedDecoder(Small(), cap);
        var (parts, chunkGradients) = Run(chunked, query with { TableBytes = rows * 8L * chunked.VocabularySize }, recompute);
        Assert.Equal(rows, chunked.MostRows);
        Assert.Equal(whole.Count, parts.Count);
        for (var i = 0; i < whole.Count; i++) Assert.Equal(whole[i], parts[i], Rounding);
        Assert.Equal(gradients.Count, chunkGradients.Count);
        Assert.Contains(gradients, value => value != 0);
        for (var i = 0; i < gradients.Count; i++) Assert.Equal(gradients[i], chunkGradients[i], Rounding);
    }

    [Fact]
    public void Without_gradients_no_graph_is_left_and_the_numbers_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = new CappedDecoder(Small());
        using var batch = CompletionBatch.Of(Rows, CPU);
        using var whole = batch.LogProbs(decoder, batch.Hidden(decoder), new TokenQuery());
        using var parts = batch.LogProbs(decoder, batch.Hidden(decoder), new TokenQuery { TableBytes = 1 });
        Assert.False(parts.LogProbsN.requires_grad);
        Assert.False(parts.IsInChunks);
        foreach (var (one, other) in Numbers(whole.LogProbsN).Zip(Numbers(parts.LogProbsN))) Assert.Equal(one, other, Rounding);
    }

    [Fact]
    public void A_number_that_was_not_asked_for_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var tokens = TokenLogProbs.OfLogits(zeros(1, 3), tensor(new[] { 0L }), new TokenQuery());
        Assert.Contains("Entropies", Assert.Throws<InvalidOperationException>(() => tokens.EntropiesN).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_products_of_the_pocket_model_are_one_chunk() =>
        Assert.True(LogitsBudget.Tokens(526, ScalarType.Float32, LogitsBudget.CpuBytes) >= 32 * 8 * 44, "the weights of pocket runs are those of one pass");

    private static IReadOnlyList<TokenExample> Rows { get; } =
    [
        new() { Id = "a", PromptIds = [1, 2, 3], CompletionIds = [4, 5, 6, 1] },
        new() { Id = "b", PromptIds = [1, 2, 3], CompletionIds = [2] },
        new() { Id = "c", PromptIds = [7], CompletionIds = [3, 3, 1, 0] },
    ];

    private static IDecoder Small() => TinyModel.Create(dtype: ScalarType.Float64);

    private static (List<double> Numbers, List<double> Gradients) Run(CappedDecoder decoder, TokenQuery query, bool recompute)
    {
        using var scope = NewDisposeScope();
        decoder.Parameters.RequireGradients(true);
        using var batch = CompletionBatch.Of(Rows, CPU);
        using var hidden = batch.Pass(decoder, recompute);
        using var tokens = batch.LogProbs(decoder, hidden.Hidden, query);
        // A loss that is not linear in any of the numbers.
        var loss = (tokens.LogProbsN * tokens.LogProbsN.exp()).sum();
        if (query.Entropies) loss = loss.Plus(tokens.EntropiesN.square().sum().Times(0.3));
        if (query.Means) loss = loss.sub(tokens.MeansN.exp().sum());
        tokens.Backward(loss);
        hidden.Backward();
        List<double> numbers = [LeastSquares.Number(loss), .. Numbers(tokens.LogProbsN), .. Numbers(tokens.LikeliestN)];
        return (numbers, [.. decoder.Parameters.Values.SelectMany(parameter => Numbers(parameter.grad!))]);
    }

    private static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }
}
