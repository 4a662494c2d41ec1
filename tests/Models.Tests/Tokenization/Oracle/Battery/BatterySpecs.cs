using System.Globalization;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>
/// Random tokenizers give the ids and texts that Hugging Face's own library gives, or are refused by name.
/// <c>SAFETYGATE_TOKENIZERS=10000 SAFETYGATE_TOKENIZER_SEED=7 dotnet test tests/Models.Tests --filter FullyQualifiedName~BatterySpecs</c>
/// asks for more of them than a normal run.
/// </summary>
public sealed class BatterySpecs
{
    private const int TokenizersOfANormalRun = 150, TextsEach = 12;

    [Fact]
    public void Random_tokenizers_are_those_of_the_library()
    {
        LibraryTokenizer.Require();
        var count = Environment.GetEnvironmentVariable("SAFETYGATE_TOKENIZERS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : TokenizersOfANormalRun;
        var run = new BatteryRun();
        run.Run(RandomTextRun.Seed, 0, count, TextsEach);
        var output = TestContext.Current.TestOutputHelper;
        foreach (var (kind, times) in run.Refusals) output?.WriteLine(FormattableString.Invariant($"{times} times {kind}"));
        foreach (var end in run.Ends) output?.WriteLine($"the library ended its process at {end}");
        Assert.True(run.Compared > count / 3, FormattableString.Invariant($"only {run.Compared} of {count} tokenizers were compared"));
        RandomTextRun.Report(FormattableString.Invariant($"random tokenizers, {run.Compared} of {count} compared, {run.Ends.Count} not answered by the library"), run.Compared * TextsEach, run.Differences);
    }
}
