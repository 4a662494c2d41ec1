using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Tests.Patterns;

public sealed class RuleAnalystSpecs
{
    [Theory]
    [InlineData("8 + 5 = 13 . 13 - 4 = 9 . #### 9", "8 + 5 = 13|13 - 4 = 9", "9")]
    [InlineData("He sold 48/2 = <<48/2=24>>24 clips, so 1,000 × 2.5 = $2,500.", "48 / 2 = 24|1000 * 2.5 = 2500", "2500")]
    [InlineData("no step , so 7 .", "", "7")]
    [InlineData("nothing", "", null)]
    [InlineData("12-3=9. #### 9", "12 - 3 = 9", "9")]
    public void Equations_and_the_last_number_of_a_text_are_found(string text, string steps, string? final)
    {
        Assert.Equal(steps, string.Join('|', WorkedSteps.In(text).Select(step => FormattableString.Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result}"))));
        Assert.Equal(final is null ? null : decimal.Parse(final, System.Globalization.CultureInfo.InvariantCulture), WorkedSteps.Final(text));
    }

    [Theory]
    [InlineData(8, '+', 5, 13, true, false, true), InlineData(8, '+', 5, 3, false, false, true), InlineData(3, '-', 12, 9, false, true, false)]
    [InlineData(12, '-', 5, 7, true, false, true), InlineData(15, '-', 5, 10, true, false, false), InlineData(7, '/', 2, 3.5, true, false, false)]
    [InlineData(7, '/', 0, 3, false, false, false)]
    public void A_step_is_right_exchanged_or_carries(double left, char operation, double right, double result, bool isRight, bool isExchanged, bool carries)
    {
        var step = new WorkedStep((decimal)left, operation, (decimal)right, (decimal)result);
        Assert.Equal((isRight, isExchanged, carries), (step.IsRight, step.IsExchanged, step.Carries));
    }

    // Three cups with milk first of four, when four of eight were: 17/70 by Fisher's own count.
    [Fact]
    public void Fishers_tail_and_Holms_steps_are_those_worked_by_hand()
    {
        Assert.Equal(17.0 / 70, Enrichment.UpperTail(3, 4, 4, 8), 12);
        Assert.Equal(1, Enrichment.UpperTail(0, 4, 4, 8), 12);
        Assert.Equal(1.0 / 70, Enrichment.UpperTail(4, 4, 4, 8), 12);
        Assert.Throws<ArgumentException>(() => Enrichment.UpperTail(5, 4, 6, 8));
        Assert.Equal([0.04, 0.06, 0.06, 0.2], Enrichment.Holm([0.01, 0.025, 0.02, 0.2]).Select(p => Math.Round(p, 12)).Order());
    }

    [Theory]
    [InlineData("3 - 9 = 6 . #### 6", "operands of a subtraction exchanged")]
    [InlineData("9 + 3 = 12 . 12 + 2 = 14 . #### 14", "addition in place of subtraction")]
    [InlineData("9 - 4 = 5 . 5 + 2 = 7 . #### 7", "another operand than the question has, in a subtraction")]
    [InlineData("9 - 3 = 6 . #### 6", "stops before the last step")]
    [InlineData("9 - 3 = 6 . 6 + 2 = 8 . 8 + 1 = 9 . #### 9", "goes on after the last step")]
    [InlineData("9 - 3 = 6 . 6 + 2 = 8 . #### 7", "the answer is not the result of the last step")]
    [InlineData("it is 7 .", "answers without a step")]
    [InlineData("", "empty response")]
    public async Task The_first_wrong_step_is_named(string response, string line)
    {
        var item = new AskedItem { Id = "1", Prompt = "why ?", Answer = "9 - 3 = 6 . 6 + 2 = 8 . #### 8", Response = response, Failed = true };
        var said = Assert.Single(await new RuleAnalyst().ExplainAsync([item, item with { Id = "2", Failed = false }], default));
        Assert.Equal((line, false), (said.Text, said.IsGeneric));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_field_is_named_where_failures_have_it_more_often_than_others(bool planted)
    {
        AskedItem[] items = [.. Enumerable.Range(0, 120).Select(i => new AskedItem { Id = $"{i}", Prompt = "why ?", Response = "so .", Failed = planted ? i % 4 == 0 : i % 5 == 0, Fields = [new("category", i % 4 == 0 ? "fraud" : "drugs")] })];
        var lines = await new RuleAnalyst().ExplainAsync(items, default);
        Assert.All(lines, line => Assert.Equal(planted ? "wrong answer where category: fraud" : "wrong answer", line.Text));
        Assert.All(lines, line => Assert.Equal(!planted, line.IsGeneric));
    }
}
