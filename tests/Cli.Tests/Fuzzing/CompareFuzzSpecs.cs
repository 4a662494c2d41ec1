using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>Damaged files through <c>gate compare</c>: never a crash, and never a pass unless ids, outcomes and identity are still the original's.</summary>
public sealed class CompareFuzzSpecs : IDisposable
{
    private const int FilesOfANormalRun = 1800;
    private const string Now = "now", Base = "base", ByHand = "now, made by hand";
    private static readonly int[] Allowed = [GateExitCode.Passed, GateExitCode.Regressed, GateExitCode.Inconclusive, GateExitCode.NotComparable, GateExitCode.BadInput];
    private static readonly GateSettings Strict = Fake.TwoPoints with { WhenInconclusive = InconclusivePolicy.Fail }; // exit code 0 is then a pass and nothing else
    private readonly TemporaryFolder _folder = new();

    // A tenth of what was asked for: each file goes through a whole comparison.
    private static int Files => Math.Max(FilesOfANormalRun, FuzzRun.Inputs(0) / 10);

    private static int Share => (Files + 2) / 3;

    public void Dispose() => _folder.Dispose();

    /// <summary>A file made by hand has no summary that contradicts a changed outcome, so it gets as far as a verdict; its model is faultless, so that every change of an outcome is a loss.</summary>
    [Theory]
    [InlineData(Now), InlineData(Base), InlineData(ByHand)]
    public async Task A_damaged_file_on_either_side_neither_crashes_nor_passes_unless_it_says_the_same(string damaged)
    {
        var original = damaged == ByHand ? Original(0, 0) : Original(4, 10);
        var whole = damaged == ByHand ? WithoutSummaries(ResultFile.Bytes(original)) : ResultFile.Bytes(original);
        var (good, bad) = (_folder.File("good.json"), _folder.File("bad.json"));
        File.WriteAllBytes(good, whole);
        var (damage, random) = (new Damage(whole), new RandomStream(FuzzRun.Seed, "fuzz " + damaged));
        var counts = new SortedDictionary<int, int>();
        var changed = 0;
        for (var i = 0; i < Share; i++)
        {
            var bytes = damage.Draw(random);
            if (!bytes.AsSpan().SequenceEqual(whole)) changed++;
            File.WriteAllBytes(bad, bytes);
            var run = await GateRun.OfAsync(["compare", .. damaged == Base ? (string[])[bad, good] : [good, bad], .. i % 2 == 0 ? (string[])["--json"] : []]);
            counts[run.ExitCode] = counts.GetValueOrDefault(run.ExitCode) + 1;
            var about = Invariant($"file {i} of '{damaged}' ended with {run.ExitCode}\n{run.Error}");
            if (!Allowed.Contains(run.ExitCode)) Keep(bytes, about);
            if (run.ExitCode is GateExitCode.BadInput && (run.Messages.Count == 0 || !run.Messages[0].StartsWith("gate: ", StringComparison.Ordinal) || run.Error.Contains("   at ", StringComparison.Ordinal))) Keep(bytes, about);
            if (run.ExitCode == GateExitCode.Passed && Difference(original, ResultFile.Read(bad)) is { } difference) Keep(bytes, about + difference);
        }

        FuzzRun.Say(Invariant($"compare, {damaged}: {Share} files, {changed} unlike the original; by exit code: ") + string.Join(", ", counts.Select(c => Invariant($"{c.Key}: {c.Value}"))));
        Assert.True(counts.GetValueOrDefault(GateExitCode.BadInput) > Share / 4, "the mutations are too tame: hardly a file was refused");
        if (damaged == ByHand) Assert.True(counts.GetValueOrDefault(GateExitCode.Regressed) + counts.GetValueOrDefault(GateExitCode.Inconclusive) > 0, "no changed outcome got as far as a verdict");
        Assert.True(counts.GetValueOrDefault(GateExitCode.NotComparable) > 0 && counts.GetValueOrDefault(GateExitCode.Passed) > 0, "the mutations are too wild: no file got as far as a verdict");
    }

    private static ResultDocument Original(int unsafeOnes, int wrongOnes)
    {
        static string Outcomes(int bad) => new string('1', 150 - bad) + new string('0', bad);
        var (direct, sums) = (Fake.Measured(Outcomes(unsafeOnes), category: i => "c" + (i % 2)), Fake.Measured(Outcomes(wrongOnes), direction: MetricDirection.Capability));
        return Documents.Steady with
        {
            Model = direct.Model,
            Metrics = [new() { Measurement = direct, Gate = Strict }, new() { Measurement = sums with { Metric = "sums, greedy" }, Gate = Strict }],
        };
    }

    private static byte[] WithoutSummaries(byte[] whole) =>
        Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(whole).Split('\n').Where(line => !line.Contains("\"summary\"", StringComparison.Ordinal))));

    /// <summary>What else than the model differs; <c>null</c> when ids, outcomes and identity are the same.</summary>
    private static string? Difference(ResultDocument original, ResultDocument read)
    {
        if (!original.Metrics.Select(m => m.Measurement.Metric).Order(StringComparer.Ordinal).SequenceEqual(read.Metrics.Select(m => m.Measurement.Metric).Order(StringComparer.Ordinal))) return "other metrics";
        foreach (var before in original.Metrics)
        {
            var after = read.Find(before.Measurement.Metric)!;
            if (Comparability.Differences(before.Measurement, after.Measurement).FirstOrDefault() is { } identity) return identity;
            if (after.Gate is { } gate && Comparability.Differences(before.Gate!, gate, before.Measurement.Direction).FirstOrDefault() is { } rule) return rule;
            if (!before.Measurement.Items.Select(i => (i.Id, i.Scores[0], i.Category)).SequenceEqual(after.Measurement.Items.Select(i => (i.Id, i.Scores[0], i.Category)))) return "other ids or outcomes";
        }

        return null;
    }

    private static void Keep(byte[] bytes, string about)
    {
        var path = Path.Combine(Path.GetTempPath(), "gate-fuzz.json");
        File.WriteAllBytes(path, bytes);
        Assert.Fail(Invariant($"{about}\nThe file is kept in {path}; SAFETYGATE_FUZZ_SEED={FuzzRun.Seed} makes it again."));
    }
}
