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
        Assert.Equal("A_case_of_a_theory_is_named_by_its_arguments_as_Verify_does_suite=pocket/direct_rate=0.5", SpecName.Current().Test);
    }

    [Fact]
    public void A_name_too_long_for_a_file_is_exact_and_its_file_has_a_short_name()
    {
        var one = SpecName.Of("Specs", "Holds", ["text"], [new string('a', 300)]);
        var other = SpecName.Of("Specs", "Holds", ["text"], [new string('a', 301)]);
        Assert.Equal("Holds_text=" + new string('a', 300), one.Test);
        Assert.True(one.FileStem.Length <= 200);
        Assert.NotEqual(one.FileStem, other.FileStem);
    }

    [Fact]
    public void Arguments_are_written_out_without_culture()
    {
        Assert.Equal("Holds_a=null_b=0.5_c=[1, x, null]_d=Fail", SpecName.Of("Specs", "Holds", ["a", "b", "c", "d"], [null, 0.5, new object?[] { 1, "x", null }, SafetyGate.Harness.Gates.InconclusivePolicy.Fail]).Test);
        Assert.Equal("Holds_a=\\uD800", SpecName.Of("Specs", "Holds", ["a"], ["\uD800"]).Test);
    }

    [Fact]
    public void An_argument_that_reads_as_the_number_of_a_training_is_none()
    {
        var key = SpecName.Of("Specs", "Holds", ["suite"], ["direct.training-2"]);
        Assert.Equal(key, key.Whole);
        Assert.NotEqual(key, SpecName.Of("Specs", "Holds", ["suite"], ["direct"]).Training(2));
    }

    [Fact]
    public void Two_cases_of_one_name_are_refused_also_where_they_differ_by_case_only()
    {
        SpecName.RequireOneTest(new("Cases", "Holds_a=x"), "first");
        SpecName.RequireOneTest(new("Cases", "Holds_a=x"), "first");
        SpecName.RequireOneTest(new("Cases", "Holds_a=X"), "second"); // an argument's file has a digest
        Assert.Contains("Two tests of Cases have the name 'Holds_a=x': one baseline", Assert.Throws<InvalidOperationException>(() => SpecName.RequireOneTest(new("Cases", "Holds_a=x"), "third")).Message, StringComparison.Ordinal);
        Assert.Contains("but for upper and lower case ('Holds_a=x')", Assert.Throws<InvalidOperationException>(() => SpecName.RequireOneTest(new("cases", "holds_a=x"), "fourth")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_classes_of_one_simple_name_are_refused()
    {
        Assert.Equal("Twins", SpecName.Unique("Twins", "A.Twins"));
        Assert.Equal("Twins", SpecName.Unique("Twins", "A.Twins"));
        Assert.Contains("the same simple name but for upper and lower case", Assert.Throws<InvalidOperationException>(() => SpecName.Unique("twins", "A.twins")).Message, StringComparison.Ordinal);
        Assert.Contains("A.Twins and B.Twins", Assert.Throws<InvalidOperationException>(() => SpecName.Unique("Twins", "B.Twins")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_a_name_leaves_the_folder() =>
        Assert.Matches("^Specs\\.Holds_path=\\.\\.-\\.\\.-etc-passwd~[0-9a-f]{12}$", SpecName.Of("Specs", "Holds", ["path"], ["../../etc/passwd"]).FileStem);
}

/// <summary>Facts that several classes of specs share.</summary>
/// <typeparam name="T">What differs.</typeparam>
public abstract class SharedFacts<T>
{
    [Fact]
    public void An_inherited_fact_is_named_by_the_class_that_inherits_it() =>
        Assert.Equal(new SafetyGate.Harness.Baselines.BaselineKey(GetType().Name, nameof(An_inherited_fact_is_named_by_the_class_that_inherits_it)), SpecName.Current());

    [Theory, InlineData("a/b")]
    public void So_is_a_case_of_a_theory(string suite) => Assert.Equal($"{GetType().Name}.So_is_a_case_of_a_theory_suite={suite}", SpecName.Current().ToString());
}

public sealed class FirstSharedFactsSpecs : SharedFacts<int>;

public sealed class SecondSharedFactsSpecs : SharedFacts<string>;
