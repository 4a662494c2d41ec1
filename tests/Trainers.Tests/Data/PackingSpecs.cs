using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.Tests.Data;

public sealed class PackingSpecs
{
    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("losses", "packing");

    [Theory, MemberData(nameof(Files))]
    public void Packed_rows_are_those_of_trl(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var packing = fixture["results"]!["packing"]!.AsObject();
        var length = (int)fixture["inputs"]!["packing_seq_length"]!;
        var rows = Ints(packing["input_ids"]!).Select((ids, i) => Row(Invariant($"{i}"), ids)).ToList();
        foreach (var (name, expected) in packing.Where(entry => entry.Key != "input_ids"))
        {
            var strategy = EnumNames.Find<PackingStrategy>(name) ?? throw new NotSupportedException($"Packing '{name}' is not supported.");
            ConformanceLog.Compared(file, $"packing {name}");
            // wrapped has no sequence lengths in TRL, and is a bare list.
            var packed = Packing.Pack(rows, strategy, length);
            var ids = expected is JsonArray ? expected : expected!["input_ids"]!;
            Assert.Equal(Ints(ids), packed.Select(row => row.Ids.ToArray()));
            if (expected is JsonObject && expected["seq_lengths"] is { } lengths) Assert.Equal(Ints(lengths), packed.Select(row => row.SequenceLengths.ToArray()));
        }
    }

    // TRL's own documentation has this example (pack_dataset).
    [Theory]
    [InlineData(PackingStrategy.Bfd, "1 2 3 4|8 9 10 11|6 7")]
    [InlineData(PackingStrategy.BfdSplit, "1 2 3 4|8 9 10 5|6 7 11")]
    [InlineData(PackingStrategy.Wrapped, "1 2 3 4|5 6 7 8|9 10 11")]
    public void The_documented_example_packs_as_documented(PackingStrategy strategy, string expected)
    {
        List<TokenRow> rows = [Row("a", [1, 2, 3, 4, 5]), Row("b", [6, 7]), Row("c", [8, 9, 10]), Row("d", [11])];
        Assert.Equal(expected, string.Join('|', Packing.Pack(rows, strategy, 4).Select(row => string.Join(' ', row.Ids))));
    }

    [Theory]
    [InlineData(PackingStrategy.BfdSplit)]
    [InlineData(PackingStrategy.Wrapped)]
    public void Packing_that_cuts_up_loses_no_token_and_overfills_no_row(PackingStrategy strategy)
    {
        var random = new RandomStream(7, "lengths");
        var next = 0;
        var rows = Enumerable.Range(0, 2500).Select(i => Row(Invariant($"{i}"), [.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => next++)])).ToList();
        var packed = Packing.Pack(rows, strategy, 16);
        Assert.Equal(Enumerable.Range(0, next), packed.SelectMany(row => row.Ids).Order());
        Assert.All(packed, row => Assert.InRange(row.Ids.Count, 1, 16));
        Assert.All(packed, row => Assert.Equal(row.Ids.Count, row.SequenceLengths.Sum()));
        Assert.All(packed, row => Assert.Equal(row.Ids, row.Labels));
    }

    private static TokenRow Row(string id, int[] ids) => new() { Ids = ids, Labels = ids, SequenceLengths = [ids.Length], ExampleIds = [id] };

    private static IEnumerable<int[]> Ints(JsonNode rows) => rows.AsArray().Select(row => row!.AsArray().Select(id => (int)id!).ToArray());
}
