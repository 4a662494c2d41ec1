using System.Numerics;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>
/// Random paired tables, other ones each run, decided by the product and by a second implementation. The seed is printed;
/// <c>SAFETYGATE_CHECK_SEED</c> repeats a run, and <c>SAFETYGATE_CHECK_TABLES</c> asks for more tables.
/// </summary>
public sealed class IndependentCheckSpecs(ITestOutputHelper output)
{
    private const double LimitTolerance = 1e-7; // of two bisections, the normal quantile's included
    private const int Bits = 30; // of the fractions beside Clopper and Pearson's limit: 1e-9

    [Fact]
    public void Random_tables_are_decided_alike_by_a_second_implementation()
    {
        var seed = Environment.GetEnvironmentVariable("SAFETYGATE_CHECK_SEED") is { Length: > 0 } text ? ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        var tables = Environment.GetEnvironmentVariable("SAFETYGATE_CHECK_TABLES") is { Length: > 0 } count ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 500;
        output.WriteLine(Invariant($"seed {seed}, {tables} tables; SAFETYGATE_CHECK_SEED={seed} repeats them"));
        var random = new RandomStream(seed, "independent check");
        List<string> disagreements = [];
        var verdicts = new Dictionary<Verdict, int>();
        for (var done = 0; done < tables;)
        {
            var family = 1 + random.Next(8);
            var drawn = Enumerable.Range(0, family).Select(_ => Draw(random)).ToArray();
            var settings = new GateSettings { Margin = 0.005 + (random.Next(4) * 0.015), Alpha = random.Next(3) == 0 ? 0.025 : 0.05 };
            var decisions = RunVerdicts.Decide([.. drawn.Select(table => Fake.Ask(Fake.Table(table.Both, table.Lost, table.Gained, table.Neither), settings))]);
            var p = drawn.Select(table => SlowPairedRule.McNemar(table.Lost, table.Gained)).ToArray();
            var holm = SlowPairedRule.Holm(p);
            var z = SlowPairedRule.Normal(settings.Alpha);
            for (var i = 0; i < family; i++, done++)
            {
                disagreements.AddRange(Disagreements(drawn[i], settings, decisions[i], SlowPairedRule.Ratio(p[i]), holm[i], z).Select(what => Invariant($"seed {seed}, table {drawn[i]}, margin {settings.Margin}, α {settings.Alpha}, family {family}: {what}")));
                verdicts[decisions[i].Verdict] = verdicts.GetValueOrDefault(decisions[i].Verdict) + 1;
            }
        }

        output.WriteLine(string.Join(", ", verdicts.OrderBy(pair => pair.Key).Select(pair => Invariant($"{pair.Key} {pair.Value}"))));
        Assert.True(disagreements.Count == 0, string.Join("\n", disagreements.Take(10)));
        if (tables >= 500) Assert.Equal([Verdict.Passed, Verdict.Regressed, Verdict.Inconclusive], verdicts.Keys.Order()); // each verdict was reached
    }

    [Fact]
    public void A_rule_that_is_off_by_one_is_noticed()
    {
        // A table between the verdicts: the second implementation must tell one lost item more from the product's decision.
        var settings = new GateSettings { Margin = 0.02 };
        var outcome = RunVerdicts.Decide(Fake.Ask(Fake.Table(590, 5, 5, 0), settings));
        var wrong = new Table(589, 6, 5, 0);
        Assert.NotEmpty(Disagreements(wrong, settings, outcome, SlowPairedRule.Ratio(SlowPairedRule.McNemar(6, 5)), SlowPairedRule.Ratio(SlowPairedRule.McNemar(6, 5)), SlowPairedRule.Normal(0.05)));
    }

    private static IEnumerable<string> Disagreements(Table table, GateSettings settings, Decision decision, double p, double adjusted, double z)
    {
        var paired = decision.Paired!;
        var lower = SlowPairedRule.TangoLower(table.Both, table.Lost, table.Gained, table.Neither, z);
        if (Math.Abs(paired.Limits.Lower - lower) > LimitTolerance) yield return Invariant($"Tango's lower limit is {paired.Limits.Lower:R} and {lower:R}");
        if (!Near(paired.DropP, p)) yield return Invariant($"McNemar's p is {paired.DropP:R} and {p:R}");
        if (!Near(paired.AdjustedDropP, adjusted)) yield return Invariant($"Holm's p is {paired.AdjustedDropP:R} and {adjusted:R}");
        var isOnTheLine = Math.Abs(lower + settings.Margin) <= LimitTolerance || Near(adjusted, settings.Alpha); // there the two may round apart
        var verdict = lower > -settings.Margin ? Verdict.Passed : adjusted <= settings.Alpha ? Verdict.Regressed : Verdict.Inconclusive;
        if (!isOnTheLine && paired.Verdict != verdict) yield return Invariant($"the verdict is {paired.Verdict} and {verdict}");
        if (!isOnTheLine && decision.Verdict != verdict) yield return Invariant($"the decision is {decision.Verdict} and {verdict}");

        // Clopper and Pearson's lower limit of the rate now: at a fraction just below it the exact tail is under α, just above it over.
        var (good, n) = (table.Both + table.Gained, table.Both + table.Lost + table.Gained + table.Neither);
        if (good == 0 || n > 300) yield break;
        var limit = new Proportion(good, n).ClopperPearson(1 - settings.Alpha, IntervalSide.Lower).Lower;
        var at = new BigInteger(Math.Floor(Math.ScaleB(limit, Bits)));
        if (SlowPairedRule.UpperTailReaches(good, n, at - 2, Bits, settings.Alpha) || !SlowPairedRule.UpperTailReaches(good, n, at + 2, Bits, settings.Alpha))
            yield return Invariant($"Clopper and Pearson's lower limit of {good} of {n} is {limit:R}, where the exact tail does not cross α");
    }

    // Below the smallest normal number a double has fewer digits than are compared, down to none: 2⁻¹⁰⁷⁷ is 0, and six times it is not.
    private const double SmallestNormal = 2.2250738585072014e-308;

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-10 * Math.Max(a, b) || Math.Max(a, b) < SmallestNormal;

    // Sizes from 1 to 1,500; discordance from none to all; balanced and one-sided.
    private static Table Draw(RandomStream random)
    {
        var n = random.Next(4) switch { 0 => 1 + random.Next(40), 1 => 1 + random.Next(300), _ => 1 + random.Next(1500) };
        var discordant = random.Next(5) switch { 0 => 0, 1 => random.Next(n + 1), _ => random.Next(1 + (n / 20)) };
        var lost = random.Next(4) switch { 0 => discordant, 1 => 0, _ => random.Next(discordant + 1) };
        var both = random.Next(n - discordant + 1);
        if (random.Next(2) == 0) both = n - discordant;
        return new(both, lost, discordant - lost, n - discordant - both);
    }

    private sealed record Table(int Both, int Lost, int Gained, int Neither);
}
