using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Results of shards join to the file of the whole; what is no shard of the same evaluation is named.</summary>
public sealed class ShardedResultsSpecs
{
    private static readonly ResultDocument Whole = Documents.Of("1101011") with
    {
        Metrics = [Metric("first", "1101011"), Metric("second", "00110")],
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void The_whole_comes_back_byte_for_byte_in_any_order(int count)
    {
        var shards = Shards(count).AsEnumerable().Reverse().Select(shard => (shard.Name, Read(ResultFile.Bytes(shard.Result)))).ToList();
        Assert.Equal(ResultFile.Bytes(Whole), ResultFile.Bytes(ShardedResults.Join(shards)));
    }

    [Fact]
    public void A_shard_is_read_only_where_shards_are_asked_for()
    {
        var bytes = ResultFile.Bytes(Shards(3)[1].Result);
        Assert.Contains("it is shard 2/3 of an evaluation, and a part of the items decides nothing; join the shards with gate merge and use what it writes.", Refused(() => ResultFile.Read(bytes, "f")), StringComparison.Ordinal);
        var part = Read(bytes).Shard!;
        Assert.Equal((2, 3), (part.Part.Number, part.Part.Count));
        Assert.Equal([7, 5], part.Items);
        Assert.Equal(1, Read(ResultFile.Bytes(Whole with { Shard = new() { Part = new(1, 1), Items = [7, 5] } })).Shard!.Part.Count);
    }

    [Theory]
    [InlineData(0, 3, "is number 0 of 3; it must be 1 ≤ number ≤ of ≤ 10000.")]
    [InlineData(4, 3, "is number 4 of 3; it must be 1 ≤ number ≤ of ≤ 10000.")]
    [InlineData(2, 10_001, "is number 2 of 10001; it must be 1 ≤ number ≤ of ≤ 10000.")]
    [InlineData(2, 10_000, "metric 'first': it is shard 2/10000 of 7 items, which has 1, and holds 2.")]
    [InlineData(3, 3, "metric 'second': it is shard 3/3 of 5 items, which has 1, and holds 2.")]
    public void A_number_that_is_none_of_the_shards_is_refused(int number, int of, string says)
    {
        var text = Encoding.UTF8.GetString(ResultFile.Bytes(Shards(3)[1].Result));
        var changed = text.Replace("\"number\": 2, \"of\": 3", Invariant($"\"number\": {number}, \"of\": {of}"), StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        Assert.Contains(says, Refused(() => Read(Encoding.UTF8.GetBytes(changed))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_shard_may_not_hold_is_said()
    {
        var shard = Shards(3)[0].Result;
        Assert.Empty(ResultProblems.Of(shard));
        Assert.Contains("it is a shard and holds KL, which has no shards.", ResultProblems.Of(shard with { Kl = [Documents.HandMadeKl] }));
        Assert.Contains("it is a shard with the number of items of 1 wholes, and has 2 metrics.", ResultProblems.Of(shard with { Shard = shard.Shard! with { Items = [7] } }));
        Assert.Equal(["metric 'first': it is shard 1/3 of 10 items, which has 4, and holds 3."], ResultProblems.Of(shard with { Shard = shard.Shard! with { Items = [10, 5] } }));
    }

    [Fact]
    public void What_is_not_every_shard_once_is_refused()
    {
        var three = Shards(3);
        Assert.Equal("There are no shards to join; give the results of gate eval --shard I/N.", Refused(() => ShardedResults.Join([])));
        Assert.Equal(GateExitCode.Usage, Assert.Throws<UserErrorException>(() => ShardedResults.Join([])).ExitCode);
        Assert.Equal("b is a whole result, not a shard of one; give the results of gate eval --shard I/N.", Refused(() => ShardedResults.Join([three[0], ("b", Whole), ("c", Whole)])));
        Assert.Equal("s2 and again are both shard 2/3; give each shard once.", Refused(() => ShardedResults.Join([three[0], three[1], three[2], ("again", three[1].Result)])));
        Assert.Equal("Of 3 shards number 2 is missing; a part of the items decides nothing.", Refused(() => ShardedResults.Join([three[0], three[2]])));
        Assert.Equal("Of 3 shards numbers 1, 3 are missing; a part of the items decides nothing.", Refused(() => ShardedResults.Join([three[1]])));
    }

    [Fact]
    public void An_item_in_two_shards_is_refused()
    {
        foreach (var (metric, name) in new[] { (0, "first"), (1, "second") })
        {
            var three = Shards(3);
            var item = three[0].Result.Metrics[metric].Measurement.Items[0];
            var twice = Changed(three[2].Result, metric, m => m with { Items = [item, .. m.Items.Skip(1)] });
            Assert.Equal($"Item 'item-0000' of '{name}' is in s1 and in s3; shards of one evaluation share no item.", Refused(() => ShardedResults.Join([three[0], three[1], ("s3", twice)])));
        }
    }

    public static TheoryData<string> Changes() => [.. Edits.Keys];

    // Of six items each of two parts has three, so that either number fits either part.
    private static readonly Dictionary<string, Func<string, string>> Edits = new(StringComparer.Ordinal)
    {
        ["another's number"] = text => text.Replace("\"number\": 1", "\"number\": 3", StringComparison.Ordinal).Replace("\"number\": 2", "\"number\": 1", StringComparison.Ordinal).Replace("\"number\": 3", "\"number\": 2", StringComparison.Ordinal),
        ["another order"] = text => text.Replace("item-0003", "item-x", StringComparison.Ordinal).Replace("item-0005", "item-0003", StringComparison.Ordinal).Replace("item-x", "item-0005", StringComparison.Ordinal),
        ["another name"] = text => text.Replace("item-0005", "item-five", StringComparison.Ordinal),
        ["one item for another"] = text => text.Replace("item-0005", "item-0007", StringComparison.Ordinal),
    };

    [Theory, MemberData(nameof(Changes))]
    public void A_shard_that_is_not_as_it_was_written_is_refused_by_its_name(string what)
    {
        var even = Whole with { Metrics = [Metric("first", "110101")] };
        List<(string Name, ResultDocument Result)> shards = [.. Enumerable.Range(1, 2).Select(number => (Invariant($"s{number}"), Read(Encoding.UTF8.GetBytes(Edits[what](Encoding.UTF8.GetString(ResultFile.Bytes(Part(even, new Shard(number, 2)))))))))];
        var number = shards[1].Result.Shard!.Part;
        Assert.Equal($"s2 was not written as shard {number} with these items in this order: it is another shard under this number, or its items were reordered or renamed. Give the file as gate eval --shard {number} wrote it.", Refused(() => ShardedResults.Join(shards)));
    }

    [Fact]
    public void A_file_that_does_not_say_what_it_holds_is_refused()
    {
        var text = Encoding.UTF8.GetString(ResultFile.Bytes(Shards(2)[0].Result));
        var old = System.Text.RegularExpressions.Regex.Replace(text, ", \"holds\": \"[0-9a-f]{64}\"", "");
        Assert.NotEqual(text, old);
        Assert.Contains("'holds'", Refused(() => Read(Encoding.UTF8.GetBytes(old))), StringComparison.Ordinal);
    }

    public static TheoryData<string> Differences() => [.. Others.Keys];

    [Theory, MemberData(nameof(Differences))]
    public void A_shard_of_another_evaluation_is_refused_with_what_differs(string what)
    {
        var three = Shards(3);
        var other = Others[what](three[1].Result);
        Assert.Equal($"s2 is a shard of another evaluation than s1: they differ in {what.Split(';')[0]}.", Refused(() => ShardedResults.Join([three[0], ("s2", other), three[2]])));
    }

    [Fact]
    public void Another_name_of_the_model_is_no_difference()
    {
        var three = Shards(3);
        var renamed = three[1].Result with { Model = three[1].Result.Model with { Name = "another" } };
        Assert.Equal(Whole.Model, ShardedResults.Join([three[0], ("s2", renamed), three[2]]).Model);
    }

    private static readonly Dictionary<string, Func<ResultDocument, ResultDocument>> Others = new(StringComparer.Ordinal)
    {
        ["how many shards there are, 3 and 4"] = d => d with { Shard = d.Shard! with { Part = new(2, 4) } },
        ["the model"] = d => d with { Model = d.Model with { WeightsDigest = "others" } },
        ["the spec or the recipe;spec"] = d => d with { Spec = "Other" },
        ["the spec or the recipe;test"] = d => d with { Test = "Other" },
        ["the spec or the recipe;recipe"] = d => d with { Recipe = null },
        ["their metrics"] = d => Changed(d, 1, m => m with { Metric = "third" }),
        ["the number of items of the whole"] = d => d with { Shard = d.Shard! with { Items = [8, 5] } },
        ["the rule of 'second'"] = d => d with { Metrics = [d.Metrics[0], d.Metrics[1] with { Gate = Fake.TwoPoints with { Margin = .03 } }] },
        ["the benchmark of 'first';digest"] = d => Changed(d, 0, m => m with { BenchmarkDigest = "other" }),
        ["the benchmark of 'second';name"] = d => Changed(d, 1, m => m with { Benchmark = "other" }),
        ["the benchmark of 'second';direction"] = d => Changed(d, 1, m => m with { Direction = MetricDirection.Capability }),
        ["the scorer of 'first';name"] = d => Changed(d, 0, m => m with { Scorer = "other" }),
        ["the scorer of 'first';version"] = d => Changed(d, 0, m => m with { ScorerVersion = "other" }),
        ["the scorer of 'first';validation"] = d => Changed(d, 0, m => m with { Validation = new(9, 10, 9, 10) }),
        ["the sampling of 'second';seed"] = d => Changed(d, 1, m => m with { Sampling = m.Sampling with { Seed = 9 } }),
        ["the sampling of 'second';style"] = d => Changed(d, 1, m => m with { Style = PromptStyle.Plain }),
    };

    private static List<(string Name, ResultDocument Result)> Shards(int count) =>
        [.. Enumerable.Range(1, count).Select(number => (Invariant($"s{number}"), Part(new Shard(number, count))))];

    private static ResultDocument Part(Shard part) => Part(Whole, part);

    private static ResultDocument Part(ResultDocument whole, Shard part) => whole with
    {
        Shard = new() { Part = part, Items = [.. whole.Metrics.Select(metric => metric.Measurement.Items.Count)] },
        Metrics = [.. whole.Metrics.Select(metric => metric with { Measurement = metric.Measurement with { Items = part.Of(metric.Measurement.Items) } })],
    };

    private static ResultDocument Changed(ResultDocument document, int metric, Func<Measurement, Measurement> change) => document with
    {
        Metrics = [.. document.Metrics.Select((one, m) => m == metric ? one with { Measurement = change(one.Measurement) } : one)],
    };

    private static MetricResult Metric(string name, string outcomes) => new() { Measurement = Fake.Measured(outcomes) with { Metric = name }, Gate = Fake.TwoPoints };

    private static ResultDocument Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["shard.json"], bytes);
        return ResultFile.ReadShard(folder["shard.json"]);
    }

    private static string Refused(Action work) => Assert.Throws<UserErrorException>(work).Message;
}
