using SafetyGate.Analysis.Strata;
using SafetyGate.Core;
using SafetyGate.Models;
using SafetyGate.Pocket;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Studies.Tests.Strata;

public sealed class StrataExperimentSpecs
{
    private static readonly StrataPlan Plan = new() { Examples = 4, Steps = 3, Seeds = [1, 2] };

    [Fact]
    public void Every_arm_learns_from_as_many_items_of_its_stratum_and_answers_all()
    {
        var learner = new Recorded();
        var result = new StrataExperiment { Learner = learner, Plan = Plan, HardnessSource = "column h" }.Run(Items("train", 40), Items("test", 20), null, CancellationToken.None);
        Assert.Equal([(TrainedOn.None, 0UL), (TrainedOn.Easy, 1), (TrainedOn.Hard, 1), (TrainedOn.Easy, 2), (TrainedOn.Hard, 2)], result.Arms.Select(arm => (arm.TrainedOn, arm.Seed)));
        Assert.Equal([0, 4, 4, 4, 4], learner.Learnt.Select(items => items.Count));
        Assert.All(learner.Learnt[1], item => Assert.True(item.Hardness <= result.Hardness.EasyAtMost));
        Assert.All(learner.Learnt[2], item => Assert.True(item.Hardness >= result.Hardness.HardAtLeast));
        Assert.NotEqual(learner.Learnt[1].Select(item => item.Id), learner.Learnt[3].Select(item => item.Id)); // another seed, other items
        Assert.Equal((4, 3), (result.Training.Examples, result.Training.Steps));
        Assert.All(result.Arms, arm => Assert.Equal(20, arm.Scores.Count));
    }

    [Fact]
    public void Hard_items_get_twice_as_many_wrong_labels_as_easy_ones()
    {
        var learner = new Recorded();
        var train = Items("train", 80);
        var result = new StrataExperiment { Learner = learner, Plan = Plan with { Examples = 20, EasyNoise = 0.2 } }.Run(train, Items("test", 20), null, CancellationToken.None);
        var right = train.Items.ToDictionary(item => item.Id, item => item.Answer);
        Assert.Equal([0, 4, 8, 4, 8], learner.Learnt.Select(items => items.Count(item => right[item.Id] != item.Answer)));
        Assert.All(learner.Learnt.SelectMany(items => items), item => Assert.EndsWith(item.Answer, item.Completion, StringComparison.Ordinal)); // the worked answer says the same
        Assert.Equal((0.2, 0.4), (result.Training.EasyNoise, result.Training.HardNoise));
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_with_one_sentence()
    {
        Refused("asks what a test item asks", () => Run(Items("test", 40), Items("test", 20)));
        Refused("training items are easy", () => Run(Items("train", 40), Items("test", 20), Plan with { Examples = 30 }));
        Refused("All 20 items have the hardness 3", () => Run(Items("train", 40), Flat(Items("test", 20))));
        Refused("the steps are 0", () => Run(Items("train", 40), Items("test", 20), Plan with { Steps = 0 }));
        Refused("has 12 items; hardness is measured by trainings on up to 32", () => HardnessMeasuring.Measure(new Recorded(), Items("train", 12), Items("test", 20), Plan, CancellationToken.None));
        Refused("different answers; the trainer ngram chooses among 2 to 200", () => NgramLearner.Over(Items("train", 1).Items));

        static StrataQuestions Flat(StrataQuestions items) => items with { Items = [.. items.Items.Select(item => item with { Hardness = 3 })] };
        static object Run(StrataQuestions train, StrataQuestions test, StrataPlan? plan = null) => new StrataExperiment { Learner = new Recorded(), Plan = plan ?? Plan }.Run(train, test, null, CancellationToken.None);
        static void Refused(string says, Func<object> act) => Assert.Contains(says, Assert.Throws<UserErrorException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_of_words_learns_its_labels_and_knows_nothing_before()
    {
        var items = Enumerable.Range(0, 60).Select(i => new StrataQuestion { Id = $"{i}", Prompt = $"{(i % 2 == 0 ? "plus" : "minus")} {i % 7}", Answer = i % 2 == 0 ? "+" : "-", Completion = "", Hardness = 0 }).ToList();
        var learner = NgramLearner.Over(items);
        Assert.All(learner.Answer([], items, Plan, 0, CancellationToken.None), answer => Assert.Equal(new LearnerAnswer(0.5, 0.5), answer));
        Assert.All(learner.Answer(items[..30], items[30..], Plan with { Steps = 60 }, 1, CancellationToken.None), answer => Assert.Equal(1, answer.Score));
    }

    [Theory, InlineData("sums", 21), InlineData("order", 0)]
    public void Problems_of_the_embedded_world_have_their_answer_among_their_choices(string domain, int choices)
    {
        var (train, test) = PocketStrataItems.Read(PocketPaths.Find(), domain, withChoices: true, 40);
        Assert.All(train.Items.Concat(test.Items), item => Assert.Contains(item.Answer, item.Choices));
        Assert.All(test.Items, item => Assert.Equal(choices > 0 ? choices : (int)item.Hardness + 1, item.Choices.Count)); // an order of n steps has n + 1 names
        Assert.Equal(40, test.Items.Count);
    }

    [Fact]
    public void A_probe_reads_the_embedded_model_and_untrained_it_is_the_model_itself()
    {
        var (train, test) = PocketStrataItems.Read(PocketPaths.Find(), "order", withChoices: true, 40);
        using var model = PretrainedModel.Load(PocketPaths.Find().Base);
        var probe = new ProbeLearner(model, PromptTemplate.Chat);
        var untrained = probe.Answer([], test.Items, Plan, 0, CancellationToken.None);
        Assert.True(untrained.Average(answer => answer.Score) > 0.7); // the base knows most orders
        var learnt = train.Items.Take(24).ToList();
        Assert.True(probe.Answer(learnt, learnt, Plan with { Steps = 200 }, 1, CancellationToken.None).Average(answer => answer.Score) > 0.9); // it can tell what it was told
        Assert.Contains("has no choices", Assert.Throws<UserErrorException>(() => probe.Answer([learnt[0] with { Choices = [] }], test.Items, Plan, 1, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    private static StrataQuestions Items(string name, int count) => new(name, name, [.. Enumerable.Range(0, count).Select(i => new StrataQuestion
    {
        Id = $"{name}-{i}", Prompt = $"{name} {i} ?", Answer = $"{i % 9}", Completion = $"work #### {i % 9}", Hardness = i % 5,
    })]);

    private sealed class Recorded : IStrataLearner
    {
        public List<IReadOnlyList<StrataQuestion>> Learnt { get; } = [];

        public StrataTraining Describe(StrataPlan plan) => new() { Trainer = "recorded" };

        public IReadOnlyList<LearnerAnswer> Answer(IReadOnlyList<StrataQuestion> train, IReadOnlyList<StrataQuestion> test, StrataPlan plan, ulong seed, CancellationToken cancellationToken)
        {
            Learnt.Add(train);
            return [.. test.Select((_, i) => new LearnerAnswer(i % 2, 0.5))];
        }
    }
}
