using System.Reflection;
using SafetyGate.Core;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Trainers.Tests;

/// <summary>What is wrong with options is said in the names of recipe files, whichever option it is.</summary>
public sealed class OptionNamesSpecs
{
    public static TheoryData<TrainingOptions> Options() => new((TrainingOptions[])[
        new SftOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 }, new DpoOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 }, new GrpoOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 },
        new PpoOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 }, new RewardModelOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 }]);

    [Theory, MemberData(nameof(Options))]
    public void A_number_that_is_not_allowed_is_told_under_its_key(TrainingOptions sound)
    {
        Assert.Empty(sound.Problems());
        var (told, names) = (new HashSet<string>(StringComparer.Ordinal), MemberNames.KeysOf(sound.GetType()));
        foreach (var (wrong, key, value) in Wrong(sound))
            foreach (var problem in wrong.Problems())
            {
                Assert.DoesNotContain(Words(problem), word => names.GetValueOrDefault(word, word) != word);
                if (Words(problem).Contains(key)) told.Add(key);
                else Assert.Fail($"{key} = {value}: {problem}");
            }

        Assert.Superset(new HashSet<string>(["max_steps", "learning_rate", "max_grad_norm", "save_steps", "max_dropped_share", "micro_batch_tokens", "warmup_steps", "warmup_ratio", "adam_beta1", "adam_beta2", "adam_epsilon", "weight_decay", "momentum"]), told);
    }

    [Fact]
    public void So_are_settings_of_a_schedule_and_values_that_are_names()
    {
        var sound = new SftOptions { MaxSteps = 9, LearningRate = 1, Seed = 1 };
        Assert.Equal(["The schedule warmup_stable_decay needs num_decay_steps."], (sound with { Schedule = new() { Kind = ScheduleKind.WarmupStableDecay } }).Problems());
        Assert.Equal(["min_lr has no meaning for the schedule linear; leave it out."], (sound with { Schedule = new() { Settings = new() { MinLr = 0.1 } } }).Problems());
        Assert.Equal(["The schedule cosine_with_min_lr has a floor: give min_lr or min_lr_rate."], (sound with { Schedule = new() { Kind = ScheduleKind.CosineWithMinLr } }).Problems());
        Assert.Equal(["warmup_steps is 2 with a constant schedule, which has no warm-up; use constant_with_warmup."], (sound with { Schedule = new() { Kind = ScheduleKind.Constant, WarmupSteps = 2 } }).Problems());
        Assert.Equal(["momentum, dampening and nesterov belong to sgd; the optimizer is adamw_torch."], (sound with { Optimizer = new() { Momentum = 0.5 } }).Problems());
        Assert.Equal(["target accuracy is 2; it must lie in (0, 1]."], (sound with { Target = new() { Accuracy = 2, EverySteps = 1 } }).Problems());
    }

    // Options of TRL that a recipe has not: what is so instead, and no guess at a key of another meaning.
    [Theory]
    [InlineData("sft", "num_train_epochs", "give 'max_steps'")]
    [InlineData("sft", "bf16", "give 'device' and 'dtype' of the recipe's 'compute'")]
    [InlineData("sft", "disable_dropout", "there is no dropout but an adapter's 'lora_dropout'")]
    [InlineData("sft", "dataset_text_field", "the recipe's 'data' names the columns")]
    [InlineData("dpo", "sync_ref_model", "the reference is the base throughout")]
    [InlineData("dpo", "precompute_ref_log_probs", "always computed once")]
    [InlineData("dpo", "neftune_noise_alpha", "only supervised fine-tuning has it")]
    [InlineData("reward_model", "padding_free", "it would change no number here")]
    [InlineData("grpo", "steps_per_generation", "'num_iterations' updates on all of them")]
    [InlineData("grpo", "vllm_importance_sampling_mode", "what trains also draws")]
    [InlineData("ppo", "stop_token", "the checkpoint's end tokens end a response")]
    [InlineData("ppo", "total_episodes", "give 'max_steps'")]
    public void An_option_of_TRL_that_is_not_here_is_refused_with_what_takes_its_place(string kind, string key, string instead)
    {
        using var folder = new TemporaryFolder();
        var recipe = folder.Write("r.json", $$$"""{"kind": "{{{kind}}}", "base": "model", "template": "plain", "options": {"max_steps": 1, "learning_rate": 1, "seed": 1, "{{{key}}}": 1}}""");
        var message = Assert.Throws<UserErrorException>(() => RecipeFile.Load(recipe)).Message;
        Assert.Contains($"line 1, options.{key}: is not a known key; ", message, StringComparison.Ordinal);
        Assert.Contains(instead, message, StringComparison.Ordinal);
        Assert.DoesNotContain("did you mean", message, StringComparison.Ordinal);
    }

    // Each number of the options and of the records that are read with them, out of every range.
    private static IEnumerable<(TrainingOptions Options, string Key, object Value)> Wrong(TrainingOptions sound)
    {
        foreach (var property in Numbers(sound.GetType()))
            foreach (var value in Values(property.PropertyType)) yield return (With(sound, copy => property.SetValue(copy, value)), Key(property), value);
        foreach (var property in Numbers(typeof(OptimizerOptions)))
            foreach (var value in Values(property.PropertyType)) yield return (With(sound, copy => Part(copy, nameof(copy.Optimizer), copy.Optimizer with { }, property, value)), Key(property), value);
        foreach (var property in Numbers(typeof(LearningRateSchedule)))
            foreach (var value in Values(property.PropertyType)) yield return (With(sound, copy => Part(copy, nameof(copy.Schedule), copy.Schedule with { }, property, value)), Key(property), value);
    }

    private static string Key(PropertyInfo property) => MemberNames.KeysOf(property.ReflectedType!)[property.Name];

    private static IEnumerable<PropertyInfo> Numbers(Type type) =>
        type.GetProperties().Where(property => property.CanWrite && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is var number && (number == typeof(int) || number == typeof(double)));

    private static object[] Values(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(int) ? [-3] : [-3.0, double.NaN];

    private static TrainingOptions With(TrainingOptions options, Action<TrainingOptions> change)
    {
        var copy = options with { };
        change(copy);
        return copy;
    }

    private static void Part<T>(TrainingOptions owner, string name, T part, PropertyInfo property, object value)
    {
        property.SetValue(part, value);
        typeof(TrainingOptions).GetProperty(name)!.SetValue(owner, part);
    }

    private static string[] Words(string sentence) => sentence.Split([' ', ',', '.', ';', ':', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
}
