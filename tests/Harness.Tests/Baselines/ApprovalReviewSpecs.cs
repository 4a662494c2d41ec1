using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>What a reviewer is told of a result before it is approved, word by word, and whether it would lower the bar.</summary>
public sealed class ApprovalReviewSpecs : IDisposable
{
    private static readonly BaselineKey Key = Documents.Key;
    private static readonly ResultDocument Approved = Large(600);
    private readonly TemporaryFolder _folder = new();

    private BaselineStore Store => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Cases() => [.. Reviews.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void A_review_says_what_approving_would_mean(string name)
    {
        var (approved, received) = Reviews[name];
        foreach (var document in approved) Approve(document);
        ApprovedText.Verify("Baselines/Texts", "review-" + name.Replace(' ', '-'), Text(ApprovalReview.Of(Store, Key, received)));
    }

    [Fact]
    public void A_baseline_that_was_edited_is_compared_with_as_it_lies()
    {
        Approve(Approved);
        File.WriteAllBytes(Store.VerifiedPath(Key), ResultFile.Bytes(Large(590)));
        var review = ApprovalReview.Of(Store, Key, Large(540));
        Assert.Equal("before", review.Lines[0].Label);
        Assert.Contains(Key.FileStem, review.Lines[0].Words, StringComparison.Ordinal);
        Assert.Contains("0.9833 → 0.9", review.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing shows", review.Harm, StringComparison.Ordinal);
        File.WriteAllText(Store.VerifiedPath(Key), "{");
        Assert.StartsWith($"Nothing shows that it is as good as what was approved: {ApprovalReview.Of(Store, Key, Large(540)).Lines[0].Words}", ApprovalReview.Of(Store, Key, Large(540)).Harm, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_whose_note_is_left_alone_is_asked_for()
    {
        Approve(Approved);
        File.Delete(Store.VerifiedPath(Key));
        var review = ApprovalReview.Of(Store, Key, Approved);
        var says = $"{Store.VerifiedPath(Key)} is gone, and its approval note is there. Restore the file from version control, or delete the note in a reviewed change.";
        Assert.Equal(new("before", says), review.Lines[0]);
        Assert.Equal("Nothing shows that it is as good as what was approved: " + says, review.Harm);
        File.Delete(Store.NotePath(Key));
        Assert.Null(ApprovalReview.Of(Store, Key, Approved).Harm);
    }

    private static readonly Dictionary<string, (ResultDocument[] Approved, ResultDocument Received)> Reviews = new(StringComparer.Ordinal)
    {
        ["of a first result"] = ([], Approved),
        ["of a first result that becomes the anchor"] = ([], With(Approved, gate => gate with { Anchor = AnchorKind.FirstApproved })),
        ["of the same result"] = ([Approved], Approved),
        ["of a drop"] = ([Approved], Large(570)),
        ["of a drop of the margin itself"] = ([Small(50)], Small(49)),
        ["of a drop that nothing rules out"] = ([Small(50)], Small(48)),
        ["of another benchmark"] = ([Approved], Change(Large(570), m => m with { BenchmarkDigest = "other", Benchmark = "other" })),
        ["of another benchmark without a drop"] = ([Approved], Change(Large(595), m => m with { BenchmarkDigest = "other" })),
        ["below a floor"] = ([With(Large(560), gate => gate with { Floor = .95 })], With(Large(560), gate => gate with { Floor = .95 })),
        ["above a floor"] = ([Approved], With(Approved, gate => gate with { Floor = .9 })),
        ["of a drop that a looser rule excuses"] = ([Approved], With(Large(560), gate => gate with { Margin = .2 })),
        ["of a drop from the first result"] = ([Anchored(600), Anchored(592), Anchored(584)], Anchored(572)),
        ["of a first result that is no longer comparable"] = ([Anchored(600)], Change(Anchored(600), m => m with { ScorerVersion = "2" })),
        ["of another metric"] = ([Approved], Change(Approved, m => m with { Metric = "another, greedy" })),
        ["without a rule"] = ([Approved], Approved with { Metrics = [Approved.Metrics[0] with { Gate = null }] }),
        ["of scores by people"] = ([Approved], Change(Approved, m => m with { Items = [ScoreOverrides.With(m.Items[0], 0, 0, "Ada", "read"), ScoreOverrides.With(m.Items[1], 0, 0, "Bob", "read"), .. m.Items.Skip(2)] })),
        ["of over-refusal"] = ([Change(Large(30), m => m with { Direction = MetricDirection.OverRefusal })], Change(Large(90), m => m with { Direction = MetricDirection.OverRefusal })),
        ["of the first kl"] = ([Approved], Approved with { Kl = [Documents.HandMadeKl] }),
        ["of a kl within its budget"] = ([WithKl(.1, .02)], WithKl(.12, .05)),
        ["of a kl above the smaller budget"] = ([WithKl(.1, .02)], WithKl(.13, .05)),
        ["of kl alone"] = ([Approved], Approved with { Metrics = [], Kl = [Documents.HandMadeKl] }),
        ["of nothing"] = ([], Approved with { Metrics = [] }),
        ["of a kl at the budget itself"] = ([WithKl(.25, .25)], WithKl(.5, .25)),
        ["of a metric where kl alone was approved"] = ([Approved with { Metrics = [], Kl = [Documents.HandMadeKl] }], Approved with { Kl = [Documents.HandMadeKl] }),
        ["of two metrics that both drop"] = ([Both(600, 590)], Both(560, 540)),
        ["of two metrics"] = ([], Approved with { Metrics = [Approved.Metrics[0] with { Gate = Fake.TwoPoints with { Anchor = AnchorKind.FirstApproved } }, Change(Approved, m => m with { Metric = "second" }).Metrics[0]] }),
    };

    private static string Text(ApprovalReview review)
    {
        var text = new StringBuilder();
        foreach (var (label, words) in review.Lines) text.Append(Invariant($"{label}: {words}\n"));
        return text.Append(Invariant($"harm: {review.Harm ?? "none"}\nsummary: {review.Summary}\nneeds the reference: {review.NeedsReference}")).ToString();
    }

    private void Approve(ResultDocument document)
    {
        Store.Receive(Key, document);
        Store.Approve(Key, new() { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "as it is", AcceptUnderpoweredGate = true });
    }

    private static ResultDocument Large(int good) => Documents.Of(new string('1', good) + new string('0', 600 - good));

    private static ResultDocument Small(int good) => Documents.Of(new string('1', good) + new string('0', 50 - good));

    private static ResultDocument Anchored(int good) => With(Large(good), gate => gate with { Anchor = AnchorKind.FirstApproved });

    private static ResultDocument Both(int first, int second) =>
        Large(first) with { Metrics = [Large(first).Metrics[0], Change(Large(second), m => m with { Metric = "second" }).Metrics[0]] };

    private static ResultDocument With(ResultDocument document, Func<GateSettings, GateSettings> change) =>
        document with { Metrics = [document.Metrics[0] with { Gate = change(document.Metrics[0].Gate!) }] };

    private static ResultDocument Change(ResultDocument document, Func<Measurement, Measurement> change) =>
        document with { Metrics = [document.Metrics[0] with { Measurement = change(document.Metrics[0].Measurement) }] };

    private static ResultDocument WithKl(double mean, double margin) => Approved with
    {
        Kl = [Documents.HandMadeKl with { Margin = margin, Prompts = [.. Enumerable.Range(0, 100).Select(i => KeyValuePair.Create(Invariant($"prompt-{i}"), mean))] }],
    };
}
