namespace SafetyGate.Analysis.Strata;

/// <summary>How much of what hard data teaches is learnt from easy data (after arXiv:2401.06751).</summary>
/// <param name="Value">(easy − unsupervised)/(hard − unsupervised) of accuracies on hard items; <c>null</c> where it is undefined.</param>
/// <param name="Reason">Why it is undefined; empty where it is not.</param>
public sealed record GapRecovered(double? Value, string Reason)
{
    /// <summary>Reason of an undefined value.</summary>
    public const string TooSmall = "the hard-trained model gains less than the smallest gap";

    /// <summary>Computes it.</summary>
    /// <param name="unsupervised">Accuracy without training, in [0, 1].</param>
    /// <param name="easy">Accuracy after training on easy data.</param>
    /// <param name="hard">Accuracy after training on hard data.</param>
    /// <param name="smallestGap">The least |hard − unsupervised| that can be divided by; above 0.</param>
    public static GapRecovered Of(double unsupervised, double easy, double hard, double smallestGap) =>
        Math.Abs(hard - unsupervised) >= smallestGap ? new((easy - unsupervised) / (hard - unsupervised), "") : new(null, TooSmall);
}
