using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class SamplingSupportSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    public static TheoryData<string, SamplingOptions> Without() => new()
    {
        { "greedy", AtOne with { Temperature = 0 } },
        { "cut responses off", AtOne with { TopK = 1000 } },
        { "cut responses off", AtOne with { TopP = 0.999 } },
        { "cut responses off", AtOne with { MinP = 0.001 } },
        { "repetition penalty", AtOne with { RepetitionPenalty = 1.1 } },
        { "repetition penalty", AtOne with { RepetitionPenalty = 0.9 } },
    };

    [Theory, MemberData(nameof(Without))]
    public void What_makes_a_response_impossible_or_another_policy_is_named(string why, SamplingOptions sampling) =>
        Assert.Contains(why, SamplingSupport.WhyNot(sampling), StringComparison.Ordinal);

    [Fact]
    public void A_limit_that_keeps_every_token_is_none() => Assert.Null(SamplingSupport.WhyNot(AtOne with { Temperature = 0.5, TopP = 1, MinP = 0 }));
}
