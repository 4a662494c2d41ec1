using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>Problems that keep two measurements from being paired item by item. None of them ever passes a gate.</summary>
public static class PairingProblems
{
    /// <summary>All problems, one sentence each; empty when every item has its counterpart and every number is a score.</summary>
    /// <param name="approved">The one side, of the approved result as a rule.</param>
    /// <param name="now">The other.</param>
    /// <param name="nameOfApproved">How to call the one side in the sentences.</param>
    /// <param name="nameOfNow">How to call the other.</param>
    public static IEnumerable<string> Of(Measurement approved, Measurement now, string nameOfApproved = "approved", string nameOfNow = "present")
    {
        foreach (var problem in Alone(approved, nameOfApproved).Concat(Alone(now, nameOfNow))) yield return problem;
        if (approved.Items.Count != now.Items.Count)
        {
            yield return Invariant($"The {nameOfApproved} result has {approved.Items.Count} items, the {nameOfNow} one {now.Items.Count}.");
            yield break;
        }

        for (var i = 0; i < now.Items.Count; i++)
        {
            if (!string.Equals(approved.Items[i].Id, now.Items[i].Id, StringComparison.Ordinal))
            {
                yield return Invariant($"Item {i + 1} is '{approved.Items[i].Id}' in the {nameOfApproved} result and '{now.Items[i].Id}' in the {nameOfNow} one; both must hold the same items in the same order.");
                yield break;
            }

            if (Comparability.Labels([approved.Items[i]], [now.Items[i]]).FirstOrDefault() is { } label)
            {
                yield return $"The two results label an item differently: {label}.";
                yield break;
            }

            if (approved.Items[i].Scores.Count != now.Items[i].Scores.Count)
            {
                yield return Invariant($"Item '{now.Items[i].Id}' has {approved.Items[i].Scores.Count} samples in the {nameOfApproved} result and {now.Items[i].Scores.Count} in the {nameOfNow} one.");
                yield break;
            }
        }
    }

    /// <summary>Problems of one measurement by itself: no items, empty or duplicate ids, uneven samples, numbers outside [0,1].</summary>
    /// <param name="measurement">The measurement to check.</param>
    /// <param name="which">How to call it in the sentences, such as <c>approved</c>.</param>
    public static IEnumerable<string> Alone(Measurement measurement, string which)
    {
        if (measurement.Items.Count == 0)
        {
            yield return $"The {which} result has no items; a rate of nothing is not a measurement.";
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var samples = measurement.Items[0].Scores.Count;
        foreach (var item in measurement.Items)
        {
            if (string.IsNullOrWhiteSpace(item.Id)) yield return $"The {which} result has an item without an id.";
            else if (!seen.Add(item.Id)) yield return $"The {which} result has two items with id '{item.Id}'.";
            if (item.Scores.Count == 0) yield return $"Item '{item.Id}' of the {which} result has no samples.";
            else if (item.Scores.Count != samples) yield return Invariant($"Item '{item.Id}' of the {which} result has {item.Scores.Count} samples, the first item {samples}; every item must have the same number.");
            if (item.ResponseDigests.Count != item.Scores.Count) yield return Invariant($"Item '{item.Id}' of the {which} result has {item.Scores.Count} scores and {item.ResponseDigests.Count} response digests.");
            if (item.Cut is { } cut && !(cut >= 0 && cut <= item.Scores.Count)) yield return Invariant($"Item '{item.Id}' of the {which} result has {cut} cut responses of {item.Scores.Count}.");
            foreach (var score in item.Scores)
                if (score is { } value && !(value >= 0 && value <= 1))
                    yield return Invariant($"Item '{item.Id}' of the {which} result has the score {value}; a score lies in [0, 1].");
        }
    }
}
