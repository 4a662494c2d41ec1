using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.Tests;

public sealed class TuningSpecs
{
    private static readonly PocketPaths Paths = PocketPaths.Find();

    public static TheoryData<string> Names => [.. PocketTunings.All.Select(tuning => tuning.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_tuning_makes_a_recipe_of_its_name_that_can_be_carried_out_and_hands_on_the_seed(string name)
    {
        var tuning = PocketTunings.All.Single(tuning => tuning.Name == name);
        var (one, two) = (tuning.Recipe(new(Paths)), tuning.Recipe(new(Paths) { Seed = 2 }));
        Assert.Equal((name, 1UL, 2UL), (one.Name, one.Seed, two.Seed));
        Assert.NotEqual(Key(one), Key(two)); // also refuses a recipe that is not valid
    }

    [Fact]
    public void No_two_tunings_are_the_same_run() =>
        Assert.Equal(PocketTunings.All.Count, PocketTunings.All.Select(tuning => Key(tuning.Recipe(new(Paths)))).Distinct().Count());

    [Fact]
    public void The_recipes_of_the_specs_are_the_tunings_of_the_comparisons()
    {
        Assert.Equal(Key(Recipes.PocketSftOwnStyle()), Key(PocketTunings.OwnStyle.Recipe(new(Paths))));
        Assert.Equal(Key(Recipes.PocketSftHouseStyle()), Key(PocketTunings.HouseStyle.Recipe(new(Paths))));
        Assert.Equal(Key(Recipes.PocketRlvr()), Key(PocketTunings.Rlvr.Recipe(new(Paths))));
        Assert.Equal(Key(Recipes.PocketDpo()), Key(PocketTunings.Dpo.Recipe(new(Paths))));
        Assert.Equal(Key(Recipes.PocketDpoStyle()), Key(PocketTunings.DpoStyle.Recipe(new(Paths))));
        Assert.Equal(Key(Recipes.PocketPpo()), Key(PocketTunings.Ppo.Recipe(new(Paths))));
    }

    [Fact]
    public void What_differs_from_the_default_is_in_the_name_and_in_the_key()
    {
        var start = new PocketStart(Paths);
        Assert.Equal("pocket-rlvr-90-small-order-beta-0.1", PocketTunings.Rlvr.Recipe(start with { Accuracy = 0.9, Model = "small", Domain = "order", Beta = 0.1 }).Name);
        var variants = new[] { start, start with { Accuracy = 0.9 }, start with { Model = "small" }, start with { Domain = "order" }, start with { Beta = 0.1 } };
        Assert.Equal(variants.Length, variants.Select(variant => Key(PocketTunings.Rlvr.Recipe(variant))).Distinct().Count());
    }

    private static string Key(IRecipe recipe) => CanonicalJson.Digest(recipe.Describe());
}
