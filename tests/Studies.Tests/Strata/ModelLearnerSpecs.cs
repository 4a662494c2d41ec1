using SafetyGate.Analysis.Strata;
using SafetyGate.Core;
using SafetyGate.Models;
using SafetyGate.Pocket;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Studies.Tests.Strata;

/// <summary>The arms that a language model learns: solved items in its prompt, and an adapter.</summary>
public sealed class ModelLearnerSpecs
{
    private static readonly StrataPlan Plan = new() { Examples = 2, Steps = 12, Seeds = [1], LearningRate = 1e-2, BatchSize = 6 };
    private static readonly Lazy<(StrataQuestions Train, StrataQuestions Test)> Sums = new(() => PocketStrataItems.Read(PocketPaths.Find(), "sums", withChoices: false, 6));

    [Fact]
    public void Solved_items_stand_before_the_question_and_nothing_is_learnt_of_them()
    {
        var (solved, asked) = (Sums.Value.Train.Items.Take(2).ToList(), Sums.Value.Test.Items.Take(2).Select(Choosing).ToList());
        var learner = Learner(StrataTrainer.InContext, PromptTemplate.Plain);
        var shown = P(learner.Answer(solved, asked, Plan, 1, CancellationToken.None));
        // The same texts written by hand.
        var before = string.Concat(solved.Select(one => $"{one.Prompt} {one.Completion}\n\n"));
        Assert.Equal(P(learner.Answer([], [.. asked.Select(one => one with { Prompt = before + one.Prompt })], Plan, 1, CancellationToken.None)), shown);
        var alone = P(learner.Answer([], asked, Plan, 1, CancellationToken.None));
        Assert.NotEqual(alone, shown);
        Assert.NotEqual(P(learner.Answer([solved[1], solved[0]], asked, Plan, 1, CancellationToken.None)), shown);
        Assert.Equal(alone, P(learner.Answer([], asked, Plan, 2, CancellationToken.None))); // no weight was changed
        var long_ = Assert.Throws<UserErrorException>(() => learner.Answer([.. Sums.Value.Train.Items.Take(40)], asked, Plan, 1, CancellationToken.None));
        Assert.Contains("Give fewer examples (--examples)", long_.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Turns_of_a_chat_are_answered_in_free_text_too_and_are_no_steps()
    {
        var learner = Learner(StrataTrainer.InContext, PromptTemplate.Chat);
        var result = new StrataExperiment { Learner = learner, Plan = Plan, Strata = PocketStrataItems.Strata("sums") }.Run(Sums.Value.Train, Sums.Value.Test, null, CancellationToken.None);
        Assert.Equal(("in-context", 2, 0), (result.Training.Trainer, result.Training.Examples, result.Training.Steps));
        Assert.DoesNotContain("rate", result.Training.Settings, StringComparison.Ordinal);
        Assert.True(result.Of(TrainedOn.None)[0].Scores.Sum() >= 2); // the aligned base solves most sums
        Assert.All(result.Arms.SelectMany(arm => arm.Scores), score => Assert.True(score is 0 or 1));
    }

    [Fact]
    public void An_adapter_learns_what_it_is_told_and_the_next_arm_starts_from_the_model_itself()
    {
        var items = Sums.Value.Test.Items.Select(Choosing).Select(item => item with { Answer = item.Choices[1], Completion = item.Choices[1] }).ToList(); // wrong answers, which the model would not give
        var learner = Learner(StrataTrainer.Lora, PromptTemplate.Chat);
        var before = learner.Answer([], items, Plan, 1, CancellationToken.None);
        var after = learner.Answer(items, items, Plan, 1, CancellationToken.None);
        Assert.True(before.Average(answer => answer.P) < 0.5 && after.Average(answer => answer.P) > 0.9, Invariant($"{before.Average(answer => answer.P)} to {after.Average(answer => answer.P)}"));
        Assert.Equal(P(after), P(learner.Answer(items, items, Plan, 1, CancellationToken.None))); // the same seed, the same adapter
        Assert.Equal(P(before), P(learner.Answer([], items, Plan, 1, CancellationToken.None)));
        Assert.Contains("rate 0.01, batch 6, at most 44 new tokens, rank 8", learner.Describe(Plan).Settings, StringComparison.Ordinal);
    }

    // A choice between the right answer and the next number.
    private static StrataQuestion Choosing(StrataQuestion item) => item with { Answer = $"#### {item.Answer}", Completion = $"#### {item.Answer}", Choices = [$"#### {item.Answer}", Invariant($"#### {(int.Parse(item.Answer, System.Globalization.CultureInfo.InvariantCulture) + 1) % 20}")] };

    private static ModelLearner Learner(StrataTrainer trainer, PromptTemplate template) => new(() => PretrainedModel.Load(PocketPaths.Find().Base), trainer, template, new MathVerifier(), maxNewTokens: 44);

    private static double?[] P(IReadOnlyList<LearnerAnswer> answers) => [.. answers.Select(answer => answer.P)];
}
