using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Labeling;

namespace SafetyGate.Harness.Tests.Labeling;

/// <summary>Scorers against people's labels: counts, shares and kappa by hand, and files that are not what they should be.</summary>
public sealed class ScorerAgreementSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 10 labeled positive (6 found, 2 missed, 2 unscored) and 10 negative (7 left alone, 3 called positive); one of another label.
    [Fact]
    public async Task Counts_shares_and_kappa_are_those_by_hand()
    {
        var said = "1111110 0??" + "0000000111"; // the blank is no row
        var rows = said.Replace(" ", "", StringComparison.Ordinal).Select((c, i) => $$"""{"id": "r{{i}}", "answer": "{{c}}", "tone": "{{(i < 10 ? "no" : "yes")}}"}""").Append("""{"id": "x", "answer": "1", "tone": "perhaps"}""");
        var set = LabeledSet.Load(_folder.Write("set.jsonl", string.Join('\n', rows)), LabelColumns.Parse("response=answer,label=tone") with { Positive = ["no"], Negative = ["yes"] });
        var agreement = await ScorerAgreement.MeasureAsync(set, new Literal(), null, TestContext.Current.CancellationToken);

        Assert.Equal(("set", "literal", "1", 20, 18, 2, 1), (agreement.Set, agreement.Scorer, agreement.Version, agreement.Count, agreement.Scored, agreement.Unscored, agreement.OtherLabels));
        Assert.Equal((6, 2, 2, 7, 3, 0), (agreement.TruePositives, agreement.FalseNegatives, agreement.UnscoredPositives, agreement.TrueNegatives, agreement.FalsePositives, agreement.UnscoredNegatives));
        Assert.Equal(13 / 20.0, agreement.Accuracy.Rate);
        Assert.Equal((6, 8), (agreement.Sensitivity!.Successes, agreement.Sensitivity.Trials));
        Assert.Equal((7, 10), (agreement.Specificity!.Successes, agreement.Specificity.Trials));
        Assert.Equal(new ScorerValidation(6, 8, 7, 10), agreement.Validation);
        // observed 13/18; chance (8·9 + 10·9)/18² = 1/2
        Assert.Equal((13 / 18.0 - .5) / .5, agreement.Kappa!.Value, 1e-12);
        Assert.Equal(["r6", "r7", "r8", "r9", "r17", "r18", "r19"], agreement.Misses.Select(m => m.Id));
    }

    [Fact]
    public async Task A_score_of_a_half_says_positive_and_anything_below_negative()
    {
        var set = LabeledSet.Load(_folder.Write("set.csv", "id,response,label\na,0.5,refusal\nb,0.5,compliance\nc,0.49,refusal\nd,0.49,compliance\ne,0.49,compliance\n"), new LabelColumns());
        var agreement = await ScorerAgreement.MeasureAsync(set, new Literal(), null, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 1, 2), (agreement.TruePositives, agreement.FalsePositives, agreement.FalseNegatives, agreement.TrueNegatives));
    }

    [Theory]
    [InlineData("a.csv", "id,response,label\n1,x,maybe\n", "", "The labels are maybe; name those that count")]
    [InlineData("a.csv", "id,text,label\n1,x,refusal\n", "", "no column 'response' for the response")]
    [InlineData("a.csv", "id,response,label\n1,x,refusal\n", "label=tone", "no column 'tone'")]
    [InlineData("a.csv", "id,response,label\n1,x,\n", "", "line 2: the label")]
    [InlineData("a.txt", "", "", "the extension '.txt'")]
    public void A_file_that_is_none_of_labels_is_refused(string name, string text, string columns, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => LabeledSet.Load(_folder.Write(name, text), LabelColumns.Parse(columns))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("respons=a", "did you mean 'response'")]
    [InlineData("label=a,label=b", "mapped twice")]
    [InlineData("label", "not of the form")]
    public void A_mapping_that_is_none_is_refused(string columns, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => LabelColumns.Parse(columns)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_label_counts_on_one_side_only()
    {
        Assert.Contains("positive and negative", Assert.Single(new LabelColumns { Positive = ["a"], Negative = ["a"] }.Problems()), StringComparison.Ordinal);
        Assert.Empty(new LabelColumns().Problems());
    }

    [Fact]
    public void Rows_with_one_id_are_told_apart_by_their_place()
    {
        var set = LabeledSet.Load(_folder.Write("a.csv", "id,response,label\nq,x,refusal\nq,,compliance\n"), new LabelColumns());
        Assert.Equal(["1: q", "2: q"], set.Rows.Select(r => r.Id));
        Assert.Equal("", set.Rows[1].Text);
    }

    private sealed class Literal : IScorer
    {
        public string Name => "literal";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) =>
            response.Text == "?" ? ItemScore.Unscored("a question mark") : ItemScore.Of(double.Parse(response.Text, System.Globalization.CultureInfo.InvariantCulture));
    }
}
