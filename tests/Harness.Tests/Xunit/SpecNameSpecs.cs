using SafetyGate.Harness.Xunit;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class SpecNameSpecs
{
    [Fact]
    public void A_fact_is_named_by_class_and_method() =>
        Assert.Equal("SpecNameSpecs.A_fact_is_named_by_class_and_method", SpecName.Current().ToString());

    [Theory]
    [InlineData("pocket/direct", 0.5)]
    public void A_case_of_a_theory_is_named_by_its_arguments_as_Verify_does(string suite, double rate)
    {
        Assert.Equal(("pocket/direct", 0.5), (suite, rate));
        Assert.Equal("A_case_of_a_theory_is_named_by_its_arguments_as_Verify_does_suite=pocket-direct_rate=0.5", SpecName.Current().Test);
    }

    [Fact]
    public void A_name_too_long_for_a_file_is_cut_and_stays_its_own()
    {
        var one = SpecName.Of("Specs", "Holds", ["text"], [new string('a', 300)]);
        var other = SpecName.Of("Specs", "Holds", ["text"], [new string('a', 301)]);
        Assert.True(one.FileStem.Length <= 200);
        Assert.NotEqual(one.Test, other.Test);
    }

    [Fact]
    public void Two_classes_of_one_simple_name_are_refused()
    {
        Assert.Equal("Twins", SpecName.Unique("Twins", "A.Twins"));
        Assert.Equal("Twins", SpecName.Unique("Twins", "A.Twins"));
        Assert.Contains("A.Twins and B.Twins", Assert.Throws<InvalidOperationException>(() => SpecName.Unique("Twins", "B.Twins")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_a_name_leaves_the_folder() =>
        Assert.Equal("Specs.Holds_path=..-..-etc-passwd", SpecName.Of("Specs", "Holds", ["path"], ["../../etc/passwd"]).FileStem);
}

/// <summary>Facts that several classes of specs share.</summary>
/// <typeparam name="T">What differs.</typeparam>
public abstract class SharedFacts<T>
{
    [Fact]
    public void An_inherited_fact_is_named_by_the_class_that_inherits_it() =>
        Assert.Equal(new SafetyGate.Harness.Baselines.BaselineKey(GetType().Name, nameof(An_inherited_fact_is_named_by_the_class_that_inherits_it)), SpecName.Current());

    [Theory, InlineData("a/b")]
    public void So_is_a_case_of_a_theory(string suite) => Assert.Equal($"{GetType().Name}.So_is_a_case_of_a_theory_suite={suite.Replace('/', '-')}", SpecName.Current().ToString());
}

public sealed class FirstSharedFactsSpecs : SharedFacts<int>;

public sealed class SecondSharedFactsSpecs : SharedFacts<string>;
