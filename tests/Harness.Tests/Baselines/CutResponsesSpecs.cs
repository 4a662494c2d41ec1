using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>How many responses the limit on new tokens ended, from the evaluation to the report; a result that does not say it is not one without.</summary>
public sealed class CutResponsesSpecs
{
    private static readonly string Counted = Text(With(Documents.Of("110?"), 0, 1, 0, 1));

    private static Measurement With(Measurement measurement, params int?[] cut) => measurement with { Items = [.. measurement.Items.Zip(cut, (item, count) => item with { Cut = count })] };

    private static ResultDocument With(ResultDocument document, params int?[] cut) => document with { Metrics = [document.Metrics[0] with { Measurement = With(document.Metrics[0].Measurement, cut) }] };

    private static string Text(ResultDocument document) => Encoding.UTF8.GetString(ResultFile.Bytes(document));

    private static IEnumerable<int?> Read(string text) => ResultFile.Read(Encoding.UTF8.GetBytes(text), "result.json").Metrics[0].Measurement.Items.Select(item => item.Cut);

    [Fact]
    public void The_file_has_the_count_and_the_items_it_is_of()
    {
        Assert.Contains("\"cut\": 2}", Counted, StringComparison.Ordinal);
        Assert.Equal(3, Counted.Split("\"cut\"").Length - 1); // the sum and two items
        Assert.Equal([0, 1, 0, 1], Read(Counted));
        Assert.Equal([0, 0, 0, 0], Read(Text(With(Documents.Of("110?"), 0, 0, 0, 0))));
    }

    [Fact]
    public void An_older_file_is_read_and_its_count_is_not_known()
    {
        var old = Text(Documents.Of("110?"));
        Assert.DoesNotContain("cut", old, StringComparison.Ordinal);
        Assert.Equal([null, null, null, null], Read(old));
        Assert.Equal(old, Text(With(Documents.Of("110?"), 0, 1, null, 0))); // of some items it is known: of the whole it is not
    }

    [Theory]
    [InlineData("\"cut\": 2}", "\"cut\": 1}", "is 1, but the items count 2 cut responses, so one of the two was edited")]
    [InlineData("\"cut\": 1}", "\"cut\": 0}", "is 2, but the items count 1 cut responses")]
    [InlineData(", \"cut\": 2}", "}", "counts the cut responses of item 'item-0001', and the metric's summary does not say how many there are")]
    [InlineData("\"cut\": 1", "\"cut\": 3", "has 3 cut responses of 1")]
    [InlineData("\"cut\": 1", "\"cut\": -1", "has -1 cut responses of 1")]
    [InlineData("\"cut\": 2}", "\"cut\": \"2\"}", "cut")]
    public void An_edited_count_is_refused(string from, string to, string says)
    {
        var place = Counted.IndexOf(from, StringComparison.Ordinal);
        Assert.True(place >= 0);
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Read(Counted[..place] + to + Counted[(place + from.Length)..])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_and_its_reports_say_how_many()
    {
        var (approved, now) = Fake.Table(160, 30, 4, 6);
        int?[] none = [.. Enumerable.Repeat<int?>(0, 200)], three = [.. none.Select((count, i) => i < 3 ? 1 : count)];
        Assert.Contains("cut       3 of 200 now, not known when approved; the limit now is 24 new tokens", Message(approved, With(now, three)), StringComparison.Ordinal);
        Assert.Contains("cut       0 of 200 now, 3 of 200 when approved", Message(With(approved, three), With(now, none)), StringComparison.Ordinal);
        Assert.DoesNotContain("\n  cut", Message(With(approved, none), With(now, none)), StringComparison.Ordinal);
        Assert.DoesNotContain("\n  cut", Message(approved, now), StringComparison.Ordinal);
        Assert.Contains("cut       3 of 200; the limit is 24 new tokens", RunVerdicts.Decide(new FloorClaim { Now = With(now, three), Floor = .5 }).Message, StringComparison.Ordinal);

        var verdict = Record(approved, With(now, three));
        Assert.Equal(new CutResponses(3, 200), verdict.Comparison!.Now.Cut);
        Assert.Null(verdict.Comparison.Before.Cut);
        var report = new GateReport { Verdicts = [verdict] };
        Assert.Contains("Responses that the limit on new tokens ended: pocket/adversarial, greedy 3 of 200 now, not known before.", MarkdownReport.Write(report), StringComparison.Ordinal);
        Assert.Contains("3 of 200 now, not known before: responses that the limit on new tokens ended", HtmlReport.Write(report), StringComparison.Ordinal);
        Assert.Contains("not known now, not known before: responses", HtmlReport.Write(new GateReport { Verdicts = [Record(approved, now)] }), StringComparison.Ordinal);
        Assert.Contains("now.cut", JUnitReport.Write(report), StringComparison.Ordinal);
        Assert.DoesNotContain("before.cut", JUnitReport.Write(report), StringComparison.Ordinal);
    }

    // Which of several samples was cut is not in the file.
    [Theory, InlineData(0, 0), InlineData(2, 1), InlineData(1, null), InlineData(null, null)]
    public void One_of_several_samples_is_known_to_be_cut_where_all_are_or_none_is(int? cut, int? of)
    {
        var drawn = Fake.Measured("1") with { Items = [Fake.Item(0, 1) with { Scores = [1, 1], ResponseDigests = ["a", "b"], Cut = cut }] };
        Assert.Equal(of, Assert.Single(SampleSplit.Take(drawn, 1).Items).Cut);
    }

    private static string Message(Measurement approved, Measurement now) => RunVerdicts.Decide(Fake.Ask(approved, now)).Message;

    private static VerdictRecord Record(Measurement approved, Measurement now) => VerdictRecord.Of(new("A", "x"), RunVerdicts.Decide(Fake.Ask(approved, now)));
}
