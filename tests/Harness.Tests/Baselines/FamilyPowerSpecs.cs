using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>The gates of a run are judged together: one red metric makes a red build.</summary>
public sealed class FamilyPowerSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<int> Single(int items) => [.. Enumerable.Repeat(1, items)];

    private static FamilyPower Suites(int count, int items, double margin, double discordance) =>
        FamilyPower.Of(Enumerable.Range(0, count).Select(i => (Invariant($"suite {i}"), Single(items), new GateSettings { Margin = margin })), discordance);

    [Fact]
    public void Suites_that_can_work_alone_cannot_together_and_the_message_tells_sizes_and_margins_that_do()
    {
        Assert.True(Suites(1, 168, .05, .02).CanWork);
        var five = Suites(5, 168, .05, .02);
        Assert.False(five.CanWork);
        Assert.Equal(5 * (1 - PairedPower.Passed(168, .01, .01, .05, .05)), five.AnyRed, 12);
        var problem = five.Problem("Specs")!;
        Assert.Contains("Specs: its 5 metrics together are red for an unchanged model in up to 14.39 % of runs", problem, StringComparison.Ordinal);
        var size = MinimalSize.Find(.01, .01, .05, .05, 1 - (.10 / 5))!.Stays;
        Assert.Contains(Invariant($"suite 0 (168 items, margin 5 points): 2.88 %; {size} items or a margin of 5.5 points would do"), problem, StringComparison.Ordinal);
        Assert.True(Suites(5, size, .05, .02).CanWork);
        Assert.True(Suites(5, 168, .055, .02).CanWork);
        Assert.Null(Suites(5, 168, .055, .02).Problem("Specs"));
    }

    [Fact]
    public void The_bound_is_no_less_than_what_simulated_runs_of_independent_suites_show()
    {
        const int runs = 4000;
        var random = new Random(20260101);
        var red = 0;
        for (var run = 0; run < runs; run++)
        {
            var any = false;
            for (var suite = 0; suite < 5; suite++)
            {
                int lost = 0, gained = 0;
                for (var item = 0; item < 168; item++)
                {
                    var u = random.NextDouble();
                    if (u < .01) lost++;
                    else if (u < .02) gained++;
                }

                any |= !(Tango.Score(lost, gained, 168, .05) > Normal.UpperQuantile(.05));
            }

            if (any) red++;
        }

        var simulated = red / (double)runs;
        var bound = Suites(5, 168, .05, .02).AnyRed;
        Assert.InRange(simulated, bound - .03, bound + .01); // independence: 13.6 %, the bound 14.4 %; four standard errors of 4000 runs are 2 %
    }

    [Fact]
    public void Shared_behaviors_count_as_units()
    {
        var whole = FamilyPower.Of([("m", [.. Enumerable.Repeat(5, 168)], new GateSettings { Margin = .05 })], .02);
        Assert.Equal(168, whole.Members[0].Behaviors);
        Assert.InRange(whole.AnyRed, .5 * (1 - PairedPower.Passed(168, .01, .01, .05, .05)), .2);
    }

    [Fact]
    public void A_metric_that_only_warns_or_has_several_samples_is_no_part_of_it()
    {
        var results = Documents.Of(new string('1', 600)).Metrics;
        Assert.Single(FamilyPower.Of(results, .02).Members);
        Assert.Empty(FamilyPower.Of(results.Select(r => r with { Gate = r.Gate! with { WhenInconclusive = InconclusivePolicy.Warn } }), .02).Members);
        Assert.Empty(FamilyPower.Of(results.Select(r => r with { Gate = null }), .02).Members);
        Assert.Equal(.01, Assert.Single(FamilyPower.Of(results.SelectMany(r => new[] { r, r with { Gate = r.Gate! with { Margin = .01 } } }), .02).Members).Gate.Margin);
    }

    [Fact]
    public void The_largest_parts_come_first_with_the_size_and_the_margin_that_would_do_for_items_and_for_behaviors()
    {
        var gate = new GateSettings { Margin = .05 };
        var family = FamilyPower.Of([("many", Single(3000), gate), ("few", Single(100), gate), ("shared", [.. Enumerable.Repeat(3, 60)], gate)], .03, .5);
        ApprovedText.Verify("Baselines/Texts", "family-largest-first", family.Problem("F", .5)!);
    }

    [Fact]
    public void Where_no_size_and_no_margin_would_do_it_is_said()
    {
        var gate = new GateSettings { Margin = .001 };
        var family = FamilyPower.Of([("items", Single(4), gate), ("behaviors", [.. Enumerable.Repeat(2, 4)], gate)], .05);
        ApprovedText.Verify("Baselines/Texts", "family-without-remedy", family.Problem("F")!);
    }

    [Fact]
    public void A_family_at_the_very_limit_can_work()
    {
        var gate = new GateSettings { Margin = .05 };
        Assert.True(new FamilyPower([new("m", Single(10), gate, FamilyPower.MostRed)], .02).CanWork);
        ApprovedText.Verify("Baselines/Texts", "family-of-two", new FamilyPower([new("a", Single(10), gate, .05), new("b", Single(10), gate, .06)], .02).Problem("F")!);
    }

    [Fact]
    public void A_spec_is_approved_with_what_is_approved_of_it_already()
    {
        var store = new BaselineStore(_folder["baselines"]);
        var request = new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first" };
        BaselineKey Receive(string spec, int number, double margin = .05)
        {
            var key = new BaselineKey(spec, Invariant($"suite {number}"));
            var document = Documents.Of(new string('1', 168));
            store.Receive(key, document with { Metrics = [.. document.Metrics.Select(m => m with { Measurement = m.Measurement with { Metric = Invariant($"suite {number}") }, Gate = m.Gate! with { Margin = margin } })] });
            return key;
        }

        for (var i = 0; i < 3; i++) store.Approve(Receive("Specs", i), request);
        store.Approve(Receive("Others", 9), request);
        var error = Assert.Throws<UserErrorException>(() => store.Approve(Receive("Specs", 3), request));
        Assert.Contains("Specs: its 4 metrics together are red for an unchanged model in up to 11.51 % of runs", error.Message, StringComparison.Ordinal);
        Assert.Contains("assumed", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(store.VerifiedPath(new("Specs", "suite 3"))));
        store.Approve(Receive("Specs", 3), request with { Discordance = .01 });
        store.Approve(Receive("Specs", 4, margin: .06), request with { AcceptUnderpoweredGate = true });
    }
}
