using SafetyGate.Core.Language;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;
using static SafetyGate.Trainers.Tests.Grpo.GrpoBench;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>What a step draws: the settings of the draw, prompts and streams, groups that are drawn again, lengths.</summary>
public sealed class GrpoDrawSpecs
{
    [Fact]
    public void Responses_are_drawn_from_the_tokens_that_are_kept()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 1, TopK = 1, MaxStepsWithoutSignal = 0 });
        Assert.Equal(1, MetricsLog.Values(folder.Path, "frac_reward_zero_std")[0]); // the likeliest token only: all responses to a prompt are the same
        Assert.Equal(Run(null, Options with { MaxSteps = 2 }), Run(null, Options with { MaxSteps = 2, TopK = 0, TopP = 1, MinP = 0, RepetitionPenalty = 1 }));
    }

    // Each leaves the likeliest token alone, so that all responses to a prompt are the same.
    public static TheoryData<GrpoOptions> LikeliestAlone() => new() { Options with { Temperature = 1e-3 }, Options with { TopK = 1 }, Options with { TopP = 1e-6 }, Options with { MinP = 1 } };

    [Theory, MemberData(nameof(LikeliestAlone))]
    public void Settings_of_the_draw_reach_it(GrpoOptions options)
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, options with { MaxSteps = 1, Beta = 0, MaxStepsWithoutSignal = 0 });
        Assert.Equal(1, MetricsLog.Values(folder.Path, "frac_groups_flat")[0]);
        List<string> Texts(double? penalty)
        {
            var texts = new List<string>();
            Run(null, options with { MaxSteps = 1, Beta = 0, MaxStepsWithoutSignal = 0, RepetitionPenalty = penalty }, eos: [], rewards: [new Judge("any", response =>
            {
                texts.Add(response.Text);
                return 1;
            })]);
            return texts;
        }

        // With tied embeddings the likeliest token is often one that was seen; a penalty makes it another.
        Assert.NotEqual(Texts(null), Texts(5));
    }

    [Fact]
    public void Prompts_whose_groups_are_flat_are_replaced_by_others()
    {
        // Only item-0 can be told apart; two rounds of drawing find it among three prompts more often than none.
        var judge = new Judge("one", response => response.PromptId == "item-0" ? EvenStart.Of(response) : 1);
        using var plain = new TemporaryFolder();
        using var dynamic = new TemporaryFolder();
        var options = Options with { MaxSteps = 6, NumGenerations = 8 };
        Run(plain.Path, options, rewards: [judge]);
        Run(dynamic.Path, options with { DynamicSamplingRounds = 4 }, rewards: [judge]);
        Assert.True(MetricsLog.Values(dynamic.Path, "frac_reward_zero_std").Average() < MetricsLog.Values(plain.Path, "frac_reward_zero_std").Average());
    }

    [Fact]
    public void Each_step_draws_anew_and_an_epoch_is_every_prompt_read_once()
    {
        using var folder = new TemporaryFolder();
        var drawn = new List<(string Prompt, string Text)>();
        Judge judge = new("even", response =>
        {
            drawn.Add((response.PromptId, response.Text));
            return EvenStart.Of(response);
        });
        Run(folder.Path, Options with { MaxSteps = 2, PromptsPerStep = 6, ShuffleDataset = false, LearningRate = 1e-12 }, rewards: [judge]);
        Assert.Equal(2 * 6 * 4, drawn.Count);
        var (first, second) = (drawn.Take(24).Order().ToList(), drawn.Skip(24).Order().ToList());
        Assert.Equal(first.Select(response => response.Prompt), second.Select(response => response.Prompt));
        Assert.NotEqual(first.Select(response => response.Text), second.Select(response => response.Text));
        Assert.Equal([1.0, 2.0], MetricsLog.Values(folder.Path, "epoch"));
    }

    [Fact]
    public void The_flat_groups_alone_are_replaced_and_each_round_by_other_prompts()
    {
        // item-0 alone can be told apart: its group stays at its place, and all others are drawn again.
        var prompts = new List<string>();
        Judge judge = new("one", response =>
        {
            prompts.Add(response.PromptId);
            return response.PromptId == "item-0" ? response.Sample % 2 : 1;
        });
        var options = Options with { PromptsPerStep = 6, NumGenerations = 2, DynamicSamplingRounds = 1 };
        using var policy = TinyModel.Create();
        var plain = new GroupSampler(policy, Task([judge]), options with { DynamicSamplingRounds = 0 }).Draw(0, CancellationToken.None);
        var replaced = new GroupSampler(policy, Task([judge]), options).Draw(0, CancellationToken.None);
        var kept = plain.Select((group, place) => (group, place)).Single(one => !one.group.IsFlat);
        Assert.Equal("item-0", kept.group.Prompt.Item.Id);
        Assert.Equal(Keys(kept.group), Keys(replaced[kept.place]));
        foreach (var place in Enumerable.Range(0, 6).Where(place => place != kept.place)) Assert.NotEqual(Keys(plain[place]), Keys(replaced[place]));

        prompts.Clear();
        Judge flat = new("flat", response =>
        {
            prompts.Add(response.PromptId);
            return 1;
        });
        new GroupSampler(policy, Task([flat]), options with { DynamicSamplingRounds = 4 }).Draw(0, CancellationToken.None);
        var rounds = prompts.Chunk(12).Skip(1).Select(round => string.Join(' ', round)).ToList();
        Assert.Equal(4, rounds.Count);
        Assert.True(rounds.Distinct().Count() > 1, "each round drew the same prompts: " + rounds[0]);

        static string Keys(RolloutGroup group) => string.Join(' ', group.Sequences.Select(sequence => $"{sequence.Key}:{sequence.Sample}"));
    }

    [Fact]
    public void Lengths_are_of_all_responses_and_of_those_that_ended_by_themselves()
    {
        using var folder = new TemporaryFolder();
        var seen = new List<(int Tokens, bool Ended)>();
        Judge judge = new("even", response =>
        {
            seen.Add((response.Tokens, response.FinishReason == FinishReason.Stop));
            return EvenStart.Of(response);
        });
        Run(folder.Path, Options with { MaxSteps = 1, PromptsPerStep = 6, NumGenerations = 16 }, rewards: [judge]);
        double[] all = [.. seen.Select(one => (double)one.Tokens)], ended = [.. seen.Where(one => one.Ended).Select(one => (double)one.Tokens)];
        Assert.True(ended.Length is > 0 and < 96 && ended.Average() < all.Average());
        foreach (var (which, lengths) in new[] { ("", all), ("terminated_", ended) })
            Assert.Equal([lengths.Average(), lengths.Min(), lengths.Max()], new[] { "mean", "min", "max" }.Select(of => MetricsLog.Values(folder.Path, $"completions/{of}_{which}length")[0]), new Close(1e-12));
        Assert.Equal(1 - (ended.Length / 96.0), MetricsLog.Values(folder.Path, "completions/clipped_ratio")[0], 1e-12);
    }
}
