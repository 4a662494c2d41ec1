using System.Globalization;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>
/// Records the probability of every example's gold answer after each epoch, in <c>dynamics.jsonl</c> beside the run: one row an example and
/// epoch, as <c>gate dynamics</c> reads them.
/// </summary>
/// <remarks>It draws nothing and changes nothing, so a run with it ends with the same weights. A resumed run goes on with the file.</remarks>
internal sealed class DynamicsRecorder(IDecoder policy, IReadOnlyList<TokenRow> examples, DynamicsMeasure measure, int padId)
{
    private const int PassTokens = 8192;
    private const int Digits = 6;

    /// <summary>Adds the rows of an epoch; those of it and of later ones that an interrupted attempt left are replaced.</summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="directory">The run's folder.</param>
    /// <param name="cancellationToken">Checked once a pass.</param>
    public void Record(int epoch, long step, string directory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, RunLayout.Dynamics);
        var text = new StringBuilder();
        foreach (var line in epoch > 1 && File.Exists(path) ? BoundedFile.ReadText(path, long.MaxValue).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [])
            if (EpochOf(line) < epoch) text.Append(line).Append('\n');
        var probabilities = Probabilities(cancellationToken);
        for (var i = 0; i < examples.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{{\"id\":{JsonSerializer.Serialize(string.Join('+', examples[i].ExampleIds))},\"epoch\":{epoch},\"step\":{step},\"p\":{Math.Round(probabilities[i], Digits):R},\"measure\":\"{JsonFormat.NameOf(measure)}\"}}\n");
        WholeFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The probability of each example's answer now.</summary>
    public double[] Probabilities(CancellationToken cancellationToken)
    {
        var found = new double[examples.Count];
        using var noGradients = no_grad();
        foreach (var pass in Passes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = Collation.RightPadded([.. pass.Select(index => examples[index])], padId, policy.Device);
            using var hidden = policy.Hidden(batch.ToDecoderInput());
            using var tokens = TokenLogProbs.Of(policy, hidden.reshape(-1, hidden.shape[^1]).index_select(0, batch.PredictionIndexN), batch.TargetsN, new TokenQuery());
            var logProbs = tokens.LogProbsN.to(ScalarType.Float64).cpu().data<double>().ToArray();
            var at = 0;
            foreach (var index in pass)
            {
                var count = examples[index].TargetCount();
                var sum = logProbs.AsSpan(at, count).ToArray().Sum();
                found[index] = Math.Exp(measure == DynamicsMeasure.Token ? sum / count : sum);
                at += count;
            }
        }

        return found;
    }

    private IEnumerable<List<int>> Passes()
    {
        var pass = new List<int>();
        foreach (var index in Enumerable.Range(0, examples.Count).OrderBy(index => examples[index].Ids.Count))
        {
            if (pass.Count > 0 && (pass.Count + 1) * examples[index].Ids.Count > PassTokens)
            {
                yield return pass;
                pass = [];
            }

            pass.Add(index);
        }

        if (pass.Count > 0) yield return pass;
    }

    private static int EpochOf(string line)
    {
        using var row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty("epoch").GetInt32();
    }
}
