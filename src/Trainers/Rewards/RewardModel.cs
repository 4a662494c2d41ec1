using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Rewards;

/// <summary>A trained reward model as a reward: σ(score), a number in [0, 1]; its version is the digest of its weights.</summary>
public sealed class RewardModel : IReward, IDisposable
{
    private const int AtOnce = 64;
    private readonly SequenceClassifier _model;
    private readonly ExampleEncoder _encoder;

    private RewardModel(SequenceClassifier model, ExampleEncoder encoder, string version) => (_model, _encoder, Version) = (model, encoder, version);

    /// <inheritdoc/>
    public string Name => "reward-model";

    /// <inheritdoc/>
    public string Version { get; }

    /// <summary>Loads a classifier's directory.</summary>
    /// <param name="directory">Holds a classifier of one label, or an adapter of one whose base is a directory here; and its tokenizer.</param>
    /// <param name="template">How prompts and responses are put, as when it was trained.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>.</param>
    /// <param name="chat">How the chat template is used, as when it was trained; by its defaults when <c>null</c>.</param>
    /// <returns>The reward; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">It is no classifier of one label, or a file is missing, malformed or not supported.</exception>
    public static RewardModel Load(string directory, PromptTemplate template, Device? device = null, ScalarType? dtype = null, ChatSettings? chat = null)
    {
        var text = ModelText.Open(directory);
        var model = SequenceClassifier.Load(directory, device, dtype);
        try
        {
            if (model.Labels != 1) throw new UserErrorException(Invariant($"{directory}: is a classifier of {model.Labels} labels; a reward model has one."));
            return new(model, new ExampleEncoder(text.Tokenizer, chat is null ? text.Chat : text.ChatWith(chat), template, EndToken.Of(text)), model.WeightsDigest);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>No reward for a response that failed, or that is longer, with its prompt, than the model's positions.</remarks>
    /// <exception cref="TrainingFailedException">A score is NaN or infinite.</exception>
    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch)
    {
        var rewards = new double?[batch.Count];
        var rows = batch.Select((pair, i) => (Row: i, Ids: Ids(pair.Item, pair.Response))).Where(row => row.Ids is not null && row.Ids.Count <= _model.Decoder.MaxPositions).ToList();
        foreach (var part in rows.Chunk(AtOnce))
        {
            var scores = Scores([.. part.Select(row => row.Ids!)]);
            for (var i = 0; i < part.Length; i++)
            {
                // Left as it is it would pass for "no reward applies", which a trainer leaves out.
                if (!double.IsFinite(scores[i])) throw new TrainingFailedException(Invariant($"The reward model scores the response to '{batch[part[i].Row].Item.Id}' as {scores[i]}; a score must be finite. Compute in a wider type (compute.dtype), or look at its weights with gate doctor."));
                rewards[part[i].Row] = 1 / (1 + Math.Exp(-scores[i]));
            }
        }

        return rewards;
    }

    /// <summary>Scores of token sequences: unbounded.</summary>
    /// <param name="rows">Prompt and completion of each; at least one token.</param>
    /// <returns>One for each row.</returns>
    public IReadOnlyList<double> Scores(IReadOnlyList<IReadOnlyList<int>> rows)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return _model.Scores(rows).squeeze(-1).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _model.Dispose();

    // A response that was cut has no end, which the model may mind.
    private IReadOnlyList<int>? Ids(BenchmarkItem item, Response response)
    {
        if (response.FinishReason == FinishReason.Error) return null;
        var row = response.FinishReason == FinishReason.Length ? _encoder.Begun(item, response.Text) : _encoder.Answered(item, response.Text);
        return row.Length == 0 ? null : [.. row.PromptIds, .. row.CompletionIds];
    }
}
