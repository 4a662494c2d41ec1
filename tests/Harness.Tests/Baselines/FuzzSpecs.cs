using System.Globalization;
using System.Text;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Damaged files: never a crash, and never a pass unless ids, outcomes and identity are still the original's.</summary>
public sealed class FuzzSpecs
{
    private static readonly ResultDocument Original = Documents.Of(new string('1', 196) + "0000");
    private static readonly string Text = Encoding.UTF8.GetString(ResultFile.Bytes(Original));

    /// <summary>SAFETYGATE_FUZZ asks for more files than a normal run has time for.</summary>
    private static int Files => int.TryParse(Environment.GetEnvironmentVariable("SAFETYGATE_FUZZ"), CultureInfo.InvariantCulture, out var n) ? n : 1500;

    [Fact]
    public void A_random_file_neither_crashes_nor_passes_unless_it_says_the_same()
    {
        var random = new RandomStream(11, "fuzz");
        var (refused, passed) = (0, 0);
        for (var i = 0; i < Files; i++)
        {
            var text = Mutated(random);
            ResultDocument now;
            try
            {
                now = ResultFile.Read(Encoding.UTF8.GetBytes(text), "now.json");
            }
            catch (UserErrorException)
            {
                refused++;
                continue;
            }

            foreach (var approved in Original.Metrics)
            {
                var present = now.Find(approved.Measurement.Metric);
                if (present is null) continue; // a metric that is gone fails as such
                var outcome = RunVerdicts.Decide(new GateQuestion { Kind = ComparisonKind.Baseline, Approved = approved.Measurement, ApprovedSettings = approved.Gate, Now = present.Measurement, Settings = present.Gate ?? approved.Gate! });
                if (outcome.Verdict != Verdict.Passed) continue;
                passed++;
                Assert.Equal(approved.Measurement.Items.Select(x => (x.Id, x.Scores[0])), present.Measurement.Items.Select(x => (x.Id, x.Scores[0])));
                Assert.Empty(Comparability.Differences(approved.Measurement, present.Measurement));
            }
        }

        Assert.True(refused > Files / 2, Invariant($"only {refused} of {Files} were refused; the mutations are too tame"));
        Assert.True(passed > 0, "not one mutation left the meaning alone; the check of passes saw nothing");
    }

    private static string Mutated(RandomStream random)
    {
        var text = Text;
        for (var n = 1 + random.Next(2); n > 0; n--) text = Mutate(text, random);
        return text;
    }

    private static string Mutate(string text, RandomStream random)
    {
        if (text.Length == 0) return text;
        var lines = text.Split('\n');
        int a = random.Next(lines.Length), b = random.Next(lines.Length), at = random.Next(text.Length);
        switch (random.Next(10))
        {
            case 0: return text[..at];
            case 1: (lines[a], lines[b]) = (lines[b], lines[a]); return string.Join('\n', lines);
            case 2: return string.Join('\n', lines[..a].Append(lines[b]).Concat(lines[a..]));
            case 3: return string.Join('\n', lines[..a].Concat(lines[(a + 1)..]));
            case 4: return text[..at] + (char)random.Next(128) + text[(at + 1)..];
            case 5: return Number(text, at, random.Next(6) switch { 0 => "1e400", 1 => "-1", 2 => "NaN", 3 => "99999999999999999999", 4 => "0.5", _ => "0" });
            case 6: return Number(text, at, random.Next(5) switch { 0 => "null", 1 => "\"1\"", 2 => "true", 3 => "{}", _ => "[]" });
            case 7: return text[..at] + new string('[', 50 + random.Next(5000)) + text[at..];
            case 8: return text.Remove(at, Math.Min(text.Length - at, 1 + random.Next(60)));
            default: return text[..at] + ' ' + text[at..];
        }
    }

    /// <summary>Replaces the number at or after a place.</summary>
    private static string Number(string text, int at, string by)
    {
        while (at < text.Length && !char.IsAsciiDigit(text[at])) at++;
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return text[..at] + by + text[end..];
    }
}
