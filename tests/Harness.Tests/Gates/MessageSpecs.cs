using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class MessageSpecs
{
    [Fact]
    public void A_regression_says_what_broke_by_how_much_on_what_which_items_what_could_be_seen_and_what_to_do()
    {
        var message = RunVerdicts.Decide(Fake.Ask(Fake.Table(560, 30, 4, 6))).Message;
        string[] inOrder =
        [
            "pocket/adversarial, greedy regressed against the approved baseline.",
            "change    −4.33 points, 90 % interval −6.", "two-sided", "margin 2 points",
            "on        600 items: 30 lost, 4 gained, 560 good both times, 6 bad both times", "McNemar p ",
            "flipped   lost item-0560, item-0561", "and 20 more; gained item-0590",
            "could see at 80 % power", "to be Regressed", "to be not Passed",
            "because   guardrails must survive tuning",
            "next      ", "./gate approve \"Specs.Holds\" --why",
        ];
        var at = 0;
        foreach (var part in inOrder)
        {
            var found = message.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{part}' is not where it belongs in:\n{message}");
            at = found + part.Length;
        }
    }

    [Fact]
    public void The_words_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~" } };
            Assert.Contains("−4.33 points", RunVerdicts.Decide(Fake.Ask(Fake.Table(560, 30, 4, 6))).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Over_refusal_is_shown_as_the_share_refused()
    {
        var (approved, now) = (Fake.Measured(new string('1', 400), "a", MetricDirection.OverRefusal), Fake.Measured(new string('1', 360) + new string('0', 40), "b", MetricDirection.OverRefusal));
        Assert.Contains("harmless requests refused: 0 then, 0.1 now", RunVerdicts.Decide(Fake.Ask(approved, now)).Message);
    }

    [Fact]
    public void An_alpha_of_one_percent_prints_a_98_percent_interval() =>
        Assert.Contains("98 % interval", RunVerdicts.Decide(Fake.Ask(Fake.Table(560, 30, 4, 6), Fake.TwoPoints with { Alpha = 0.01 })).Message);

    [Fact]
    public void Too_few_items_for_the_margin_are_called_so() =>
        Assert.Contains("50 items are too few for this margin", RunVerdicts.Decide(Fake.Ask(Fake.Table(50, 0, 0, 0))).Message);
}
