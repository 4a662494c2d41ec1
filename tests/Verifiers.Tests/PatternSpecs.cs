using System.Globalization;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Tests;

/// <summary>The rules' expressions mean the same wherever they are first needed.</summary>
public sealed class PatternSpecs
{
    [Fact]
    public void A_machine_with_turkish_conventions_reads_as_any_other()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new Turkish();
            Assert.DoesNotMatch(new Regex("^i$", RegexOptions.IgnoreCase), "I"); // there, small I is dotless
            Assert.Matches(Pattern.Of("^i$", RegexOptions.IgnoreCase), "I");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    // These tests have no conventions of countries; what an expression asks of one is its name.
    private sealed class Turkish() : CultureInfo("")
    {
        public override string Name => "tr-TR";
    }
}
