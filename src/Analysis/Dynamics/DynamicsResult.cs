using System.Text.Json.Serialization;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Analysis.Dynamics;

/// <summary>
/// How every item of a training set was learnt: hardness, and a list of labels to look at. Its file is what <c>gate dynamics</c> writes.
/// </summary>
/// <remarks>Low confidence finds wrong labels as well as hard items, so people look at the suspected ones before hardness makes strata.</remarks>
public sealed record DynamicsResult : IAnalysisResult
{
    /// <inheritdoc/>
    public static string Schema => "safetygate.dynamics/1";

    /// <summary>Name of the training set.</summary>
    public required string Data { get; init; }

    /// <summary>Digest of the recorded probabilities.</summary>
    public required string RecordDigest { get; init; }

    /// <summary>The run or the program that recorded them.</summary>
    public required string Recorder { get; init; }

    /// <summary>Digest of the weights the run started from; empty where it is not known.</summary>
    public string Weights { get; init; } = "";

    /// <summary>What the probability of an answer is: <c>answer</c> for all its tokens, <c>token</c> for their geometric mean, <c>given</c> for what a file says.</summary>
    public string Measure { get; init; } = "given";

    /// <summary>The items; ids unique, all of as many epochs.</summary>
    public required IReadOnlyList<TracedItem> Items { get; init; }

    /// <summary>Epochs.</summary>
    public int Epochs => Items.Count == 0 ? 0 : Items[0].P.Count;

    /// <summary>The items with their dynamics, least confident first.</summary>
    [JsonIgnore]
    public IReadOnlyList<DynamicsItem> Dynamics =>
        [.. Items.Select(item => new DynamicsItem(item, ItemDynamics.Of(item.P))).OrderBy(item => item.Dynamics.Confidence).ThenBy(item => item.Item.Id, StringComparer.Ordinal)];

    /// <summary>Items whose label is wrong or may be, least confident first: never right and not found sound, or found wrong.</summary>
    [JsonIgnore]
    public IReadOnlyList<DynamicsItem> Suspected => [.. Dynamics.Where(item => item.IsSuspected || item.Item.Triage == Triage.Wrong)];

    /// <summary>The same with what people found; <c>null</c> changes nothing.</summary>
    /// <param name="triage">What people found, by id.</param>
    /// <param name="source">Where that comes from, for messages.</param>
    /// <exception cref="UserErrorException">An item is not in the result; the message names it.</exception>
    public DynamicsResult With(IReadOnlyDictionary<string, Triage>? triage, string source)
    {
        if (triage is null) return this;
        var known = Items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        if (triage.Keys.FirstOrDefault(id => !known.Contains(id)) is { } unknown)
            throw new UserErrorException($"{source}: item '{unknown}' is not among the {known.Count} items of {Data}. Take the triage of this training set.");
        return this with { Items = [.. Items.Select(item => triage.TryGetValue(item.Id, out var found) ? item with { Triage = found } : item)] };
    }

    /// <inheritdoc/>
    public object? Summary => DynamicsSummary.Of(this);

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        if (Items.Count == 0) yield return "there are no items.";
        if (Items.GroupBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return $"two items have the id '{twice.Key}'; ids must be unique.";
        foreach (var item in Items)
        {
            if (item.P.Count == 0) yield return $"item '{item.Id}' has no epoch; at least one is needed.";
            else if (item.P.Count != Epochs) yield return Invariant($"item '{item.Id}' has {item.P.Count} epochs and '{Items[0].Id}' {Epochs}; all items need the same.");
            if (item.P.Any(p => !(p is >= 0 and <= 1))) yield return $"item '{item.Id}' has a probability outside [0, 1].";
        }

        if (Items.Count > 0 && Items.All(item => item.P.All(p => p <= ItemDynamics.RightAbove)))
            yield return Invariant($"no item was right after any of {Epochs} epochs (probability of the gold answer above {ItemDynamics.RightAbove}), so nothing tells wrong labels from right ones. Train for more epochs, or record the mean over an answer's tokens (record_dynamics: token) where answers are long.");
    }
}
