namespace SafetyGate.Studies.Strata;

/// <summary>Score of a choice by probabilities: 1 for the likeliest answer, shared where several are as likely.</summary>
internal static class ChoiceScore
{
    public static double Of(IReadOnlyList<double> probabilities, int gold)
    {
        var highest = probabilities.Max();
        return probabilities[gold] == highest ? 1.0 / probabilities.Count(p => p == highest) : 0;
    }
}
