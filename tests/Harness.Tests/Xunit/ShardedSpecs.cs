using SafetyGate.Core;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Specs in shards: each fixture runs in exactly one of them, and nothing is trained for the others.</summary>
public sealed class ShardedSpecs
{
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public async Task A_fixture_runs_in_one_shard_and_its_specs_skip_in_the_others(int count)
    {
        var ran = 0;
        for (var number = 1; number <= count; number++)
        {
            await using var bench = new SpecBench { Shard = new Shard(number, count) };
            var direct = Metric(Suite("direct", 100));
            var run = await bench.Run("a", GoodBut(), GoodBut(), direct);
            Assert.True(File.Exists(Path.Combine(bench.Folders.Results, $"verdicts.SafetyGate.Harness.Tests.shard-{number}-of-{count}.jsonl")));
            try
            {
                Assert.Equal(RunOrigin.Trained, (await run.EvaluateAsync(direct)).Run.Origin);
                ran++;
            }
            catch (SkipException skip)
            {
                Assert.Matches($@"shard [1-{count}]/{count} runs BenchRun; this is {number}/{count} \(SAFETYGATE_SHARD\)", skip.Message);
                Assert.False(Directory.Exists(Path.Combine(bench.Folders.Store, "runs")));
            }
        }

        Assert.Equal(1, ran);
    }

    [Fact]
    public void Parts_are_the_whole_and_differ_by_one_element_at_most()
    {
        for (var whole = 0; whole < 12; whole++)
            for (var count = 1; count < 6; count++)
            {
                var parts = Enumerable.Range(1, count).Select(number => (Part: new Shard(number, count), Elements: new Shard(number, count).Of([.. Enumerable.Range(0, whole)]))).ToList();
                Assert.All(parts, part => Assert.Equal(part.Part.SizeOf(whole), part.Elements.Count));
                Assert.Equal(Enumerable.Range(0, whole), parts.SelectMany(part => part.Elements).Order());
                Assert.True(parts.Max(part => part.Elements.Count) - parts.Min(part => part.Elements.Count) <= 1);
            }
    }

    [Theory, InlineData(""), InlineData("1/0"), InlineData("2/1"), InlineData(" 1/2"), InlineData("1/2 "), InlineData("+1/2")]
    public void Text_that_is_no_part_is_refused_with_its_source(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => Shard.Parse(text, Shard.Variable));
        Assert.StartsWith($"SAFETYGATE_SHARD is '{text}'; it must be I/N", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, error.ExitCode);
    }
}
