using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Baselines;

/// <summary>Joins the results of the shards of one evaluation: the file is that of the evaluation without shards, byte for byte.</summary>
public static class ShardedResults
{
    /// <summary>The whole result.</summary>
    /// <param name="shards">The results of all shards, in any order, each with the name it has in messages.</param>
    /// <exception cref="UserErrorException">One is no shard, is of another evaluation, is there twice, stands for another, holds other items than
    /// it was written with, or one is missing; one sentence says which.</exception>
    public static ResultDocument Join(IReadOnlyList<(string Name, ResultDocument Result)> shards)
    {
        if (shards.Count == 0) throw new UserErrorException("There are no shards to join; give the results of gate eval --shard I/N.", GateExitCode.Usage);
        if (shards.FirstOrDefault(shard => shard.Result.Shard is null) is { Name: { } whole })
            throw new UserErrorException($"{whole} is a whole result, not a shard of one; give the results of gate eval --shard I/N.");
        var (first, count) = (shards[0], shards[0].Result.Shard!.Part.Count);
        foreach (var other in shards.Skip(1))
            if (Difference(first.Result, other.Result) is { } what)
                throw new UserErrorException($"{other.Name} is a shard of another evaluation than {first.Name}: they differ in {what}.");
        var numbered = shards.GroupBy(shard => shard.Result.Shard!.Part.Number).ToDictionary(group => group.Key, group => group.ToList());
        if (numbered.Values.FirstOrDefault(same => same.Count > 1) is { } twice)
            throw new UserErrorException($"{twice[0].Name} and {twice[1].Name} are both shard {twice[0].Result.Shard!.Part}; give each shard once.");
        if (Enumerable.Range(1, count).Where(number => !numbered.ContainsKey(number)).ToList() is { Count: > 0 } missing)
            throw new UserErrorException(Invariant($"Of {count} shards {(missing.Count == 1 ? "number" : "numbers")} {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing; a part of the items decides nothing."));
        List<(string Name, ResultDocument Result)> ordered = [.. Enumerable.Range(1, count).Select(number => numbered[number][0])];
        RequireDistinctItems(ordered);
        foreach (var (name, result) in ordered)
            if (result.Shard!.Holds is { } written && written != Holds(result))
                throw new UserErrorException($"{name} was not written as shard {result.Shard.Part} with these items in this order: it is another shard under this number, or its items were reordered or renamed. Give the file as gate eval --shard {result.Shard.Part} wrote it.");
        return ordered[0].Result with
        {
            Shard = null,
            Metrics = [.. first.Result.Metrics.Select((metric, m) => metric with
            {
                Measurement = ordered[0].Result.Metrics[m].Measurement with
                {
                    Items = [.. Enumerable.Range(0, first.Result.Shard!.Items[m]).Select(position => ordered[position % count].Result.Metrics[m].Measurement.Items[position / count])],
                },
            })],
        };
    }

    /// <summary>
    /// Digest of which items a shard holds and where they belong: its number among how many, and for each metric its name, benchmark, number of
    /// items of the whole, and ids in order. The file of a shard carries it, so that one that stands for another, or was edited, is seen.
    /// </summary>
    /// <param name="shard">The result of a shard.</param>
    public static string Holds(ResultDocument shard)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Invariant($"{shard.Shard!.Part}"));
        foreach (var (whole, metric) in shard.Shard.Items.Zip(shard.Metrics, (whole, metric) => (whole, metric.Measurement)))
        {
            Add(Invariant($"{whole}"), metric.Metric, metric.BenchmarkDigest);
            foreach (var item in metric.Items) Add(item.Id);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(params string[] words) => hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(words) + "\n"));
    }

    private static void RequireDistinctItems(List<(string Name, ResultDocument Result)> ordered)
    {
        for (var m = 0; m < ordered[0].Result.Metrics.Count; m++)
        {
            var seen = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, result) in ordered)
                foreach (var item in result.Metrics[m].Measurement.Items)
                    if (!seen.TryAdd(item.Id, name))
                        throw new UserErrorException($"Item '{item.Id}' of '{result.Metrics[m].Measurement.Metric}' is in {seen[item.Id]} and in {name}; shards of one evaluation share no item.");
        }
    }

    // The first difference that shards of one evaluation cannot have; the model's name is for people.
    private static string? Difference(ResultDocument first, ResultDocument other)
    {
        var (a, b) = (first.Shard!, other.Shard!);
        if (a.Part.Count != b.Part.Count) return Invariant($"how many shards there are, {a.Part.Count} and {b.Part.Count}");
        if (first.Model with { Name = "" } != other.Model with { Name = "" }) return "the model";
        if ((first.Spec, first.Test, first.Recipe?.Digest) != (other.Spec, other.Test, other.Recipe?.Digest) || !(first.Recipe?.Seeds ?? []).SequenceEqual(other.Recipe?.Seeds ?? [])) return "the spec or the recipe";
        if (!first.Metrics.Select(metric => metric.Measurement.Metric).SequenceEqual(other.Metrics.Select(metric => metric.Measurement.Metric), StringComparer.Ordinal)) return "their metrics";
        if (!a.Items.SequenceEqual(b.Items)) return "the number of items of the whole";
        if (first.Metrics.Zip(other.Metrics).FirstOrDefault(pair => pair.First.Gate != pair.Second.Gate).First is { } ruled) return $"the rule of '{ruled.Measurement.Metric}'";
        return first.Metrics.Zip(other.Metrics, (x, y) => Difference(x.Measurement, y.Measurement)).FirstOrDefault(what => what is not null);
    }

    private static string? Difference(Measurement a, Measurement b) =>
        a.BenchmarkDigest != b.BenchmarkDigest || a.Benchmark != b.Benchmark || a.Direction != b.Direction ? $"the benchmark of '{a.Metric}'"
        : (a.Scorer, a.ScorerVersion, a.Validation) != (b.Scorer, b.ScorerVersion, b.Validation) ? $"the scorer of '{a.Metric}'"
        : a.Sampling != b.Sampling || a.Style != b.Style ? $"the sampling of '{a.Metric}'"
        : null;
}
