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
    public void Behaviors_of_one_item_and_of_several_count_as_units_together()
    {
        var gate = new GateSettings { Margin = .05 };
        int[] sizes = [.. Single(50), .. Enumerable.Repeat(5, 50)];
        var member = Assert.Single(FamilyPower.Of([("m", sizes, gate)], .02, .3).Members);
        Assert.Equal((300, 100), (member.Items, member.Behaviors));
        Assert.Equal(1 - ClusteredPower.Passed(sizes, new ClusterFlips(.01, .01, .3), .05, gate.AlphaOfALook), member.NotPassed);
        Assert.Null(Assert.Single(FamilyPower.Of([("m", Single(9), gate)], .02, .3).Members).Behaviors);
    }

    [Fact]
    public void A_margin_that_would_do_is_some_half_points_above_the_own_one()
    {
        Assert.Contains("or a margin of 5.2 points would do", Suites(1, 120, .032, .02).Problem("F"), StringComparison.Ordinal);
        Assert.False(Suites(1, 120, .047, .02).CanWork);
        Assert.True(Suites(1, 120, .052, .02).CanWork);
    }

    [Fact]
    public void What_would_do_is_told_apart_from_what_would_not()
    {
        // Nothing differs: 3 items pass from z²(1/τ − 1) < 3 on, at a margin of .500 and not at .495; 147 items pass at .02.
        Assert.Contains("147 items but no margin below 50 points would do.", FamilyPower.Of([("m", Single(3), new GateSettings { Margin = .02, Alpha = .042 })], 0).Problem("F"), StringComparison.Ordinal);
        Assert.Matches("no number of items up to 20000 but a margin of [0-9.]+ points would do", Suites(1, 400, .001, .05).Problem("F"));
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
        Assert.EndsWith("or gate fewer metrics. That share is assumed; one that was measured is given by --discordance. To approve all the same: --accept-underpowered.", error.Message, StringComparison.Ordinal);
        var measured = Assert.Throws<UserErrorException>(() => store.Approve(new("Specs", "suite 3"), request with { Discordance = .02 }));
        Assert.EndsWith("or gate fewer metrics. To approve all the same: --accept-underpowered.", measured.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(store.VerifiedPath(new("Specs", "suite 3"))));
        store.Approve(Receive("Specs", 3), request with { Discordance = .01 });
        store.Approve(Receive("Specs", 4, margin: .06), request with { AcceptUnderpoweredGate = true });
    }

    [Fact]
    public void One_metric_alone_is_judged_for_itself_whatever_was_accepted_of_it_before()
    {
        var store = new BaselineStore(_folder["baselines"]);
        var request = new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "alone" };
        var document = Documents.Of(new string('1', 168));
        foreach (var (test, margin) in new[] { ("narrow", .02), ("wide", .05) })
        {
            var key = new BaselineKey("Specs", test);
            store.Receive(key, document with { Metrics = [.. document.Metrics.Select(m => m with { Gate = m.Gate! with { Margin = margin } })] });
            store.Approve(key, request with { Discordance = .02, AcceptUnderpoweredGate = test == "narrow" });
        }

        Assert.Equal(BaselineStatus.Approved, store.Status(new("Specs", "wide")));
    }

    [Fact]
    public void A_spec_is_judged_with_the_correlation_that_was_measured()
    {
        var store = new BaselineStore(_folder["baselines"]);
        var request = new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "measured", Correlation = .5 };
        var keys = new[] { "one", "two" }.Select(test => new BaselineKey("Specs", test)).ToList();
        var measured = Documents.Of(new string('1', 120)).Metrics[0].Measurement;
        var metrics = keys.Select(key => new MetricResult
        {
            Gate = new GateSettings { Margin = .05 },
            Measurement = measured with { Metric = key.Test, Items = [.. measured.Items.Select((item, i) => item with { Behavior = Invariant($"behavior {i / 2}") })] },
        }).ToList();
        foreach (var (key, metric) in keys.Zip(metrics)) store.Receive(key, Documents.Steady with { Metrics = [metric] });
        var error = Assert.Throws<UserErrorException>(() => store.ApproveAll([.. keys.Select(key => (key, (string?)null))], request, []));
        var problem = FamilyPower.Of(metrics, FamilyPower.AssumedDiscordance, .5).Problem("Specs", .5)!;
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotEqual(problem, FamilyPower.Of(metrics, FamilyPower.AssumedDiscordance, .5).Problem("Specs", 1));
    }
}
