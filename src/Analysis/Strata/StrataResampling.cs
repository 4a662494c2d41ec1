using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Strata;

/// <summary>
/// Bootstrap of accuracies: test items are drawn again within their stratum, the same ones for every arm (paired); seeds are drawn again
/// for each kind of training by itself (unpaired).
/// </summary>
/// <remarks>Seeded by the result's own content, so that a result has one interval.</remarks>
internal sealed class StrataResampling
{
    /// <summary>Draws behind an interval by default.</summary>
    public const int DefaultDraws = 2000;

    private readonly StrataResult _result;
    private readonly Dictionary<TrainedOn, IReadOnlyList<StrataArm>> _arms;
    private readonly Dictionary<Stratum, IReadOnlyList<int>> _items;
    private readonly RandomStream _random;

    public StrataResampling(StrataResult result)
    {
        _result = result;
        _arms = Enum.GetValues<TrainedOn>().Select(trained => (trained, Arms: result.Of(trained))).Where(pair => pair.Arms.Count > 0).ToDictionary(pair => pair.trained, pair => pair.Arms);
        _items = Enum.GetValues<Stratum>().Select(stratum => (stratum, Items: result.Of(stratum))).Where(pair => pair.Items.Count > 0).ToDictionary(pair => pair.stratum, pair => pair.Items);
        var text = string.Join('\n', result.Items.Select(item => Invariant($"{item.Id} {item.Hardness:R}")));
        _random = new(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))), "strata/resampling");
    }

    /// <summary>The accuracies of the result itself.</summary>
    public IReadOnlyDictionary<(TrainedOn Train, Stratum Test), double> Observed =>
        Accuracies(arms => [.. Enumerable.Range(0, arms.Count)], items => [.. items]);

    /// <summary>The accuracies of one draw.</summary>
    public IReadOnlyDictionary<(TrainedOn Train, Stratum Test), double> Draw() =>
        Accuracies(arms => [.. Enumerable.Range(0, arms.Count).Select(_ => _random.Next(arms.Count))], items => [.. items.Select(_ => items[_random.Next(items.Count)])]);

    private Dictionary<(TrainedOn, Stratum), double> Accuracies(Func<IReadOnlyList<StrataArm>, int[]> seeds, Func<IReadOnlyList<int>, int[]> items)
    {
        var drawn = _items.ToDictionary(pair => pair.Key, pair => items(pair.Value));
        var found = new Dictionary<(TrainedOn, Stratum), double>();
        foreach (var (trained, arms) in _arms)
        {
            var taken = seeds(arms);
            foreach (var (stratum, indices) in drawn)
            {
                var sum = 0.0;
                foreach (var arm in taken)
                {
                    var scores = arms[arm].Scores;
                    foreach (var index in indices) sum += scores[index];
                }

                found[(trained, stratum)] = sum / ((double)taken.Length * indices.Length);
            }
        }

        return found;
    }
}
