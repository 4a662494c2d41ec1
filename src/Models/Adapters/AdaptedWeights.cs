using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// What adapters that are on have in the place of a base's weights, products of linear modules apart: modules saved whole, biases, and the
/// embedding and head with what acts on their rows. Owns what was made for it.
/// </summary>
internal sealed class AdaptedWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _made = new(StringComparer.Ordinal);

    /// <summary>Puts them together.</summary>
    /// <param name="base">The base's weights. Borrowed.</param>
    /// <param name="architecture">The base's architecture.</param>
    /// <param name="chosen">The adapters. Borrowed.</param>
    public AdaptedWeights(ParameterSet @base, DecoderConfig architecture, IReadOnlyList<Adapter> chosen)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (embedding, head) = (architecture.EmbeddingWeight, architecture.HeadWeight);
        foreach (var (name, value) in chosen.SelectMany(adapter => adapter.Replacements())) _values[name] = value;
        var isTied = architecture.HeadIsEmbedding && chosen.All(adapter => adapter.Plan.KeepsTie || !adapter.Plan.TouchesVocabulary);
        if (architecture.HeadIsEmbedding && !isTied) Untie(chosen, embedding, head, @base[embedding]);
        foreach (var adapter in chosen)
        {
            foreach (var target in adapter.Plan.Targets.Where(target => target.IsEmbedding))
                Make(target.Module + ".weight", EmbeddingDelta.Of(Of(target.Module + ".weight"), target, adapter.Parameters));
            foreach (var rows in adapter.Plan.Rows)
                Make(rows.Weight, EmbeddingDelta.WithRows(Of(rows.Weight), adapter.Ids(rows), adapter.Parameters[rows.Name]));
        }

        var vocabulary = chosen.Select(adapter => adapter.Plan).FirstOrDefault(plan => plan.IsResized)?.Vocabulary ?? architecture.VocabularySize;
        Architecture = architecture.HeadIsEmbedding && !isTied ? architecture.Untied() : architecture;
        if (vocabulary != architecture.VocabularySize) Architecture = Architecture.WithVocabulary(vocabulary);

        Tensor Of(string name) => _values.GetValueOrDefault(name) ?? @base[name];
    }

    /// <summary>The base's architecture with other numbers of tokens, or a head of its own.</summary>
    public DecoderConfig Architecture { get; }

    /// <summary>What stands in a weight's place, by the base's name. Borrowed.</summary>
    public Tensor? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Hands over what was made in a weight's place; <c>null</c> where it is an adapter's own.</summary>
    public Tensor? Release(string name) => _made.Remove(name, out var made) ? made : null;

    /// <summary>Frees what was made.</summary>
    public void Dispose()
    {
        foreach (var made in _made.Values) made.Dispose();
        _made.Clear();
        _values.Clear();
    }

    // The head as the base has it: the embedding, or the one that lies beside an adapter as the base's own.
    private void Untie(IReadOnlyList<Adapter> chosen, string embedding, string head, Tensor own)
    {
        var ofBase = chosen.SelectMany(adapter => adapter.Plan.OfBase.Select(pair => (pair.Weight, Value: adapter.Parameters[pair.File]))).ToList();
        if (ofBase.Find(pair => pair.Weight == embedding || pair.Weight == head).Value is { } shared) own = shared;
        _values.TryAdd(head, own);
        _values.TryAdd(embedding, own);
    }

    private void Make(string name, Tensor value)
    {
        Release(name)?.Dispose();
        _values[name] = _made[name] = value.DetachFromDisposeScope();
    }
}
