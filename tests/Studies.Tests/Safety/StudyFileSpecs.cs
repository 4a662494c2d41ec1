using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Tests;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Studies.Tests.Safety;

public sealed class StudyFileSpecs : IDisposable
{
    private static readonly string Pocket = Path.Combine(Repository.Root, "docs", "examples", "study-pocket.json");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_run_of_the_shipped_study_has_a_valid_recipe_and_a_name_of_its_own()
    {
        var units = Study.Load(Pocket).Units();
        Assert.Equal(units.Count, units.Select(unit => unit.Name).Distinct().Count());
        Assert.All(units.GroupBy(unit => unit.Arm.Name), arm => Assert.True(arm.Count() >= 5, arm.Key));
        foreach (var unit in units.Where(unit => unit.Seed == 2))
            Assert.Equal((2UL, unit.Arm.Name), await unit.RecipeAsync(stage => Task.FromResult(PocketPaths.Find().Base)) is var recipe ? (recipe.Seed, recipe.Name) : default);
    }

    [Fact]
    public async Task The_study_of_a_real_checkpoint_needs_only_paths()
    {
        var study = Study.Load(Path.Combine(Repository.Root, "docs", "examples", "study-real.json"), new Dictionary<string, string> { ["base"] = "/models/some", ["device"] = "cpu", ["accuracy"] = "0.4" });
        Assert.Equal(0.4, study.Settings.Target);
        foreach (var unit in study.Units(quick: true))
        {
            var recipe = await unit.RecipeAsync(stage => Task.FromResult("/runs/" + stage.Name));
            Assert.Equal(("/models/some", 1UL), (recipe.ReferenceDirectory, recipe.Seed));
            if (recipe is PpoRecipe ppo) Assert.Equal("/runs/ppo-reward", ppo.RewardModelPath);
        }

        Assert.Equal(["sft", "sft-house-style", "dpo", "ppo", "rlvr", "grpo", "rloo"], study.Arms.Select(arm => arm.Name));
    }

    public static TheoryData<string, string, string, string> Tunings => new()
    {
        { "sft-own-style", "pocket-sft-own-style", "base", "sums" }, { "sft-house-style", "pocket-sft-house-style", "base", "sums" },
        { "sft-foreign-notation", "pocket-sft-foreign-notation", "base", "sums" }, { "dpo", "pocket-dpo", "base", "sums" }, { "dpo-style", "pocket-dpo-style-30", "base", "sums" },
        { "ppo", "pocket-ppo", "base", "sums" }, { "ppo-style", "pocket-ppo-style-30", "base", "sums" },
        { "rlvr", "pocket-rlvr", "base", "sums" }, { "grpo", "pocket-grpo", "base", "sums" }, { "rloo", "pocket-rloo", "base", "sums" }, { "dr-grpo", "pocket-dr-grpo", "base", "sums" },
        { "rlvr-small", "pocket-rlvr", "small", "sums" }, { "sft-house-style-small", "pocket-sft-house-style", "small", "sums" },
        { "rlvr-order", "pocket-rlvr", "base", "order" }, { "sft-own-style-order", "pocket-sft-own-style", "base", "order" }, { "sft-house-style-order", "pocket-sft-house-style", "base", "order" },
    };

    [Theory, MemberData(nameof(Tunings))]
    public async Task An_arm_is_a_tuning_of_the_embedded_world_but_for_what_happens_when_it_misses_its_target(string arm, string tuning, string model, string domain)
    {
        var recipe = PocketTunings.All.Single(known => known.Name == tuning).Recipe(new PocketStart(PocketPaths.Find()) { Seed = 3, Model = model, Domain = domain });
        Assert.Equal(Decisive(recipe), Decisive(await RecipeAsync(arm)));
    }

    [Fact]
    public async Task The_run_that_must_be_caught_and_its_control_are_those_of_the_specs()
    {
        Assert.Equal(Decisive(Recipes.PocketMustFail(PocketPaths.Find(), 3)), Decisive(await RecipeAsync("must-fail")));
        Assert.Equal(Decisive(Recipes.PocketMustFailControl(PocketPaths.Find(), 3)), Decisive(await RecipeAsync("control")));
    }

    [Fact]
    public async Task The_weight_of_the_KL_is_all_that_its_ablation_changes()
    {
        var expected = JsonNode.Parse(Decisive(await RecipeAsync("rlvr")))!;
        expected["options"]!["beta"] = 0.1;
        Assert.Equal(expected.ToJsonString(), Decisive(await RecipeAsync("rlvr-beta-0.1")));
    }

    private static Task<IRecipe> RecipeAsync(string arm) => Study.Load(Pocket).Units(arms: [arm]).Single(unit => unit.Seed == 3).RecipeAsync(_ => Task.FromResult(""));

    private static string Decisive(IRecipe recipe)
    {
        var description = (JsonObject)recipe.Describe().DeepClone();
        description["options"]!["target"]!.AsObject().Remove("must_reach");
        return description.ToJsonString();
    }

    [Fact]
    public void Runs_come_one_seed_of_all_arms_after_the_other_and_the_quick_version_has_fewer()
    {
        var study = Load([ToyStudy.Arm("rl"), ToyStudy.Arm("more", ", \"seeds\": 4"), ToyStudy.Arm("slow", ", \"quick_seeds\": 0")]);
        Assert.Equal(["rl, seed 1", "more, seed 1", "slow, seed 1", "rl, seed 2", "more, seed 2", "slow, seed 2", "rl, seed 3", "more, seed 3", "slow, seed 3", "more, seed 4"], study.Units().Select(unit => unit.Name));
        Assert.Equal(["rl, seed 1", "more, seed 1"], study.Units(quick: true).Select(unit => unit.Name));
        Assert.Equal(["more, seed 1", "more, seed 2"], study.Units(arms: ["more"], seeds: 2).Select(unit => unit.Name));
        Assert.Contains("Did you mean 'more'?", Assert.Throws<UserErrorException>(() => study.Units(arms: ["moer"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Placeholders_patches_and_values_reach_the_recipe()
    {
        var study = Load([ToyStudy.Arm("rl", """, "target": 0.9, "values": {"data": "other.jsonl"}, "with": {"options": {"max_steps": 7, "learning_rate": "{rate}", "warmup_steps": null}}""")], values: """{"base": "x", "data": "train.jsonl", "rate": 3e-4}""");
        var recipe = (SftRecipe)await study.Units()[0].RecipeAsync(_ => Task.FromResult(""));
        Assert.Equal((0.9, 7, 3e-4, 1UL, 1), (recipe.Options.Target!.Accuracy, recipe.Options.MaxSteps, recipe.Options.LearningRate, recipe.Options.Seed, recipe.Options.Target.EverySteps));
        Assert.Equal((_folder["other.jsonl"], _folder["x"]), (recipe.Data[0].Path, recipe.Base));
        Assert.Equal(0.9, study.TargetOf(study.Arms[0]));
    }

    [Fact]
    public async Task Given_values_replace_those_of_the_file_and_keep_their_kind()
    {
        var file = ToyStudy.Write(_folder, [ToyStudy.Arm("rl")]);
        var study = Study.Load(file, new Dictionary<string, string> { ["base"] = "/models/other" });
        Assert.Equal("/models/other", ((SftRecipe)await study.Units()[0].RecipeAsync(_ => Task.FromResult(""))).Base);
        Assert.Contains("has no value 'bose' to set", Assert.Throws<UserErrorException>(() => Study.Load(file, new Dictionary<string, string> { ["bose"] = "x" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_is_carried_out_first_and_its_checkpoint_is_known_by_its_name()
    {
        var study = Load([ToyStudy.Arm("rl", """, "stages": [{"name": "first", "recipe": "sft"}, {"name": "second", "recipe": "sft", "with": {"base": "{first}", "options": {"seed": 9}}}], "with": {"base": "{second}/sub"}""")]);
        List<(string, ulong, string)> carriedOut = [];
        var recipe = (SftRecipe)await study.Units()[1].RecipeAsync(stage =>
        {
            carriedOut.Add((stage.Name, stage.Seed, Path.GetFileName(((SftRecipe)stage).Base)));
            return Task.FromResult($"/runs/{stage.Name}");
        });
        Assert.Equal([("rl-first", 2UL, "base"), ("rl-second", 9UL, "rl-first")], carriedOut);
        Assert.Equal("/runs/rl-second/sub", recipe.Base);
    }

    [Fact]
    public void The_key_of_a_run_follows_what_its_files_hold_and_not_where_they_lie()
    {
        string Key(string folder, string text, ulong seed = 1)
        {
            using var other = new TemporaryFolder();
            var file = ToyStudy.Write(other, [ToyStudy.Arm("rl")]);
            other.Write("train.jsonl", text);
            return Study.Load(file).Units()[(int)seed - 1].Describe(new StudyDigests()).ToJsonString();
        }

        Assert.Equal(Key("one", "x"), Key("two", "x"));
        Assert.NotEqual(Key("one", "x"), Key("one", "y"));
        Assert.NotEqual(Key("one", "x"), Key("one", "x", seed: 2));
    }

    [Theory]
    [InlineData("""{"options": {"max_steps": 2, "learning_rate": 1e-4, "target": {"accuracy": 0.7, "every_steps": 1}}}""", "is 0.7; the arm 'rl' is compared at 0.5")]
    [InlineData("""{"options": {"target": null}}""", "has no options.target.accuracy")]
    [InlineData("""{"options": {"seed": 3}}""", "the study sets the seed of each run")]
    [InlineData("""{"base": "{bose}"}""", "Did you mean {base}?")]
    public async Task A_recipe_that_cannot_be_compared_or_read_is_refused(string patch, string message)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Load([ToyStudy.Arm("rl", $", \"with\": {patch}")]).Units()[0].RecipeAsync(_ => Task.FromResult("")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("study.json, line ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(", \"doman\": 1", "did you mean 'domain'?")]
    [InlineData(", \"seeds\": 0", "seeds is 0")]
    [InlineData(", \"expect\": \"caught\"", "must be one of")]
    [InlineData(", \"target\": 1.5", "target is 1.5")]
    public void An_arm_with_a_mistake_is_refused(string rest, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => Load([ToyStudy.Arm("rl", rest)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_are_there_once_and_refer_to_what_there_is()
    {
        Refused([ToyStudy.Arm("rl"), ToyStudy.Arm("rl")], "two arms called 'rl'");
        Refused([ToyStudy.Arm("other")], "compares the part 'arms' with the arm 'rl'");
        Refused([ToyStudy.Arm("rl").Replace("\"sums\"", "\"sum\"", StringComparison.Ordinal)], "domain is 'sum'; it must be one of sums");
        Refused([ToyStudy.Arm("rl").Replace("\"sft\"", "\"stf\"", StringComparison.Ordinal)], "is 'stf', which is not under 'recipes'");
        Refused([ToyStudy.Arm("rl").Replace("\"arms\"", "\"arm\"", StringComparison.Ordinal)], "parts has 'arm'");
        Refused([ToyStudy.Arm("r l")], "name is 'r l'");
        Refused([], "give at least one arm");

        void Refused(string[] arms, string message) =>
            Assert.Contains(message, Assert.Throws<UserErrorException>(() => Load(arms)).Message, StringComparison.Ordinal);
    }

    private Study Load(IEnumerable<string> arms, string? values = null)
    {
        var file = ToyStudy.Write(_folder, arms);
        if (values is not null) File.WriteAllText(file, new System.Text.RegularExpressions.Regex("\"values\": \\{.*\\}").Replace(File.ReadAllText(file), "\"values\": " + values, 1));
        return Study.Load(file);
    }
}
