using SafetyGate.Analysis.Explanations;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Explanations;
using SafetyGate.Studies.Strata;

namespace SafetyGate.Studies.Tests.Explanations;

public sealed class ExplanationSpecs
{
    [Fact]
    public void Siblings_ask_the_same_with_other_numbers_and_the_worked_answers_rule_answers_them()
    {
        var (train, _) = PocketStrataItems.Read(PocketPaths.Find(), "sums", withChoices: false, 1);
        var random = new RandomStream(1, "siblings");
        foreach (var item in train.Items.Take(60))
        {
            var siblings = SumSiblings.Of(item.Prompt, 5, random);
            Assert.Equal(5, siblings.Count);
            Assert.All(siblings, sibling => Assert.InRange(sibling.Answer, 0, 20));
            Assert.Equal(StepRule.Of(item.Prompt, item.Completion).Apply(item.Prompt), double.Parse(item.Answer, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(1, ExplanationReading.Generalizes(new(item.Id, item.Prompt, item.Answer, item.Completion), siblings));
        }
    }

    [Fact]
    public void A_copy_of_the_instance_answers_siblings_by_chance_only_and_too_few_siblings_tell_nothing()
    {
        var (train, _) = PocketStrataItems.Read(PocketPaths.Find(), "sums", withChoices: false, 1);
        var random = new RandomStream(1, "siblings");
        var copies = train.Items.Take(100).Average(item => ExplanationReading.Generalizes(new(item.Id, item.Prompt, item.Answer, $"{item.Prompt} #### {item.Answer}"), SumSiblings.Of(item.Prompt, 6, random))!.Value);
        Assert.InRange(copies, 0, 0.15);
        Assert.Null(ExplanationReading.Generalizes(new("x", "1", "1", "1"), []));
    }
}
