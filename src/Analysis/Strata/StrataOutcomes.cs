using System.Security.Cryptography;
using System.Text;
using SafetyGate.Analysis.Results;
using SafetyGate.Core.Files;

namespace SafetyGate.Analysis.Strata;

/// <summary>Reads trainings that others made: a table with one row for each test item of each training.</summary>
public static class StrataOutcomes
{
    private static readonly Dictionary<string, TrainedOn> Trainings = Enum.GetValues<TrainedOn>().ToDictionary(trained => trained.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a table.</summary>
    /// <param name="path">JSON Lines, JSON, CSV or TSV.</param>
    /// <param name="columns">Which column holds what.</param>
    /// <param name="cuts">Cuts of the strata, from the hardness of all test items.</param>
    /// <param name="trainer">Who trained, for people.</param>
    /// <exception cref="UserErrorException">The file cannot be read, a column or a row is missing or wrong, or it is evidence of nothing; the
    /// message names the line.</exception>
    public static StrataResult Read(string path, OutcomeColumns columns, Func<IReadOnlyList<double>, StratumCuts> cuts, string trainer)
    {
        var rows = TableRow.Read(path);
        var hardness = new Dictionary<string, double>(StringComparer.Ordinal);
        var order = new List<string>();
        var arms = new SortedDictionary<(TrainedOn, ulong), Dictionary<string, double>>();
        foreach (var row in rows)
        {
            var (id, place) = (row.Text(columns.Id, "--columns id="), row.Number(columns.Hardness, "--hardness"));
            if (!hardness.TryAdd(id, place))
            {
                if (hardness[id] != place) throw new UserErrorException(Invariant($"{row.Source}: item '{id}' has hardness {place} here and {hardness[id]} before; an item has one hardness."));
            }
            else order.Add(id);
            var arm = Arm(row, columns);
            if (!arms.TryGetValue(arm, out var scores)) arms[arm] = scores = new(StringComparer.Ordinal);
            if (!scores.TryAdd(id, row.Share(columns.Score, "--columns score="))) throw new UserErrorException(Invariant($"{row.Source}: item '{id}' of the arm '{arm.Item1.ToString().ToLowerInvariant()}', seed {arm.Item2}, is there twice."));
        }

        foreach (var ((trained, seed), scores) in arms)
            if (order.FirstOrDefault(id => !scores.ContainsKey(id)) is { } missing)
                throw new UserErrorException(Invariant($"{path}: the arm '{trained.ToString().ToLowerInvariant()}', seed {seed}, has {scores.Count} of {order.Count} items; '{missing}' is missing. Every arm needs a score of every item."));
        var result = new StrataResult
        {
            Benchmark = Path.GetFileNameWithoutExtension(path),
            BenchmarkDigest = Digest(order.Select(id => Invariant($"{CanonicalJson.Write(id)} {hardness[id]:R}"))),
            Hardness = HardnessScale.Of($"column {columns.Hardness}", cuts([.. order.Select(id => hardness[id])])),
            Training = new() { Trainer = trainer },
            Items = [.. order.Select(id => new StratifiedItem(id, hardness[id]))],
            Arms = [.. arms.Select(arm => new StrataArm { TrainedOn = arm.Key.Item1, Seed = arm.Key.Item2, Scores = [.. order.Select(id => arm.Value[id])] })],
        };
        return result.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException($"{path}: {problem}") : result;
    }

    private static (TrainedOn, ulong) Arm(TableRow row, OutcomeColumns columns)
    {
        var name = row.Text(columns.Train, "--columns train=");
        if (!Trainings.TryGetValue(name, out var trained)) throw new UserErrorException($"{row.Source}: '{columns.Train}' is '{name}'; it must be one of {string.Join(", ", Trainings.Keys)}. Did you mean '{NearestName.Of(name, Trainings.Keys)}'?");
        return (trained, trained == TrainedOn.None && !row.Has(columns.Seed) ? 0 : row.Seed(columns.Seed, "--columns seed="));
    }

    internal static string Digest(IEnumerable<string> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
