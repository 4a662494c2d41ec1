using System.Globalization;
using System.Text.Json;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Dynamics;

/// <summary>
/// Reads recorded probabilities: rows of an item with the list of its epochs (<c>{"id", "p": [.1, .6]}</c>), or of an item after one epoch
/// (<c>{"id", "epoch", "p"}</c>), as <see cref="RunLayout.Dynamics"/> of a run has them.
/// </summary>
public static class DynamicsRecord
{
    private const string Id = "id", Epoch = "epoch", P = "p", MeasureKey = "measure";

    /// <summary>Reads a record.</summary>
    /// <param name="path">JSON Lines, JSON, CSV or TSV.</param>
    /// <param name="recorder">The run or program it comes from, for people.</param>
    /// <param name="triage">What people found, by id; <c>null</c> if nobody looked.</param>
    /// <exception cref="UserErrorException">The file cannot be read, a row is wrong, or it is evidence of nothing; the message names the
    /// line.</exception>
    public static DynamicsResult Read(string path, string recorder, IReadOnlyDictionary<string, Triage>? triage = null)
    {
        var rows = TableRow.Read(path);
        var order = new List<string>();
        var traces = new Dictionary<string, SortedDictionary<int, double>>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var id = row.Text(Id, "a column 'id'");
            if (!traces.TryGetValue(id, out var trace))
            {
                traces[id] = trace = [];
                order.Add(id);
            }

            foreach (var (epoch, p) in Points(row))
                if (!trace.TryAdd(epoch, p)) throw new UserErrorException(Invariant($"{row.Source}: epoch {epoch} of item '{id}' is there twice."));
        }

        foreach (var (id, trace) in traces)
            if (trace.Keys.Last() != trace.Count) throw new UserErrorException(Invariant($"{path}: item '{id}' has epochs {string.Join(", ", trace.Keys)}; they must be 1 to {trace.Keys.Last()} without a gap."));
        var result = new DynamicsResult
        {
            Data = Path.GetFileNameWithoutExtension(path),
            RecordDigest = StrataOutcomes.Digest(order.Select(id => $"{CanonicalJson.Write(id)} {string.Join(' ', traces[id].Values.Select(p => Invariant($"{p:R}")))}")),
            Recorder = recorder,
            Measure = rows[0].Has(MeasureKey) ? rows[0].Text(MeasureKey, "a column 'measure'") : "given",
            Items = [.. order.Select(id => new TracedItem { Id = id, P = [.. traces[id].Values] })],
        }.With(triage, "the triage");
        return result.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException($"{path}: {problem}") : result;
    }

    /// <summary>Reads what people found: rows of <c>{"id", "label": "wrong" | "sound"}</c>.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or a row is wrong; the message names the line.</exception>
    public static IReadOnlyDictionary<string, Triage> ReadTriage(string path)
    {
        var found = new Dictionary<string, Triage>(StringComparer.Ordinal);
        foreach (var row in TableRow.Read(path))
        {
            if (!row.Has("label")) continue; // nobody looked at it yet
            var (id, label) = (row.Text(Id, "a column 'id'"), row.Text("label", "a column 'label'"));
            var triage = label switch
            {
                "wrong" => Triage.Wrong,
                "sound" => Triage.Sound,
                _ => throw new UserErrorException($"{row.Source}: 'label' is '{label}'; it must be wrong or sound, or left out where nobody looked."),
            };
            if (!found.TryAdd(id, triage)) throw new UserErrorException($"{row.Source}: item '{id}' is there twice.");
        }

        return found;
    }

    private static IEnumerable<(int Epoch, double P)> Points(TableRow row)
    {
        if (row.Record.Fields.TryGetValue(P, out var field) && field.Json is { ValueKind: JsonValueKind.Array } list)
        {
            var epoch = 0;
            foreach (var element in list.EnumerateArray())
            {
                epoch++;
                if (element.ValueKind != JsonValueKind.Number || !(element.GetDouble() is >= 0 and <= 1)) throw new UserErrorException(Invariant($"{row.Source}: epoch {epoch} of '{P}' is {element.GetRawText()}; a probability in [0, 1] is needed."));
                yield return (epoch, element.GetDouble());
            }

            if (epoch == 0) throw new UserErrorException($"{row.Source}: '{P}' is an empty list; at least one epoch is needed.");
            yield break;
        }

        if (!row.Has(P)) throw row.Missing(P, "a column 'p'");
        if (!row.Has(Epoch)) throw new UserErrorException($"{row.Source}: '{P}' is no list and there is no '{Epoch}'; give the epochs of an item as a list, or one row an epoch.");
        var number = row.Number(Epoch, "a column 'epoch'");
        if (!(number >= 1 && number <= int.MaxValue && number == Math.Floor(number))) throw new UserErrorException($"{row.Source}: '{Epoch}' is {number.ToString(CultureInfo.InvariantCulture)}; it must be a whole number from 1.");
        yield return ((int)number, row.Share(P, "a column 'p'"));
    }
}
