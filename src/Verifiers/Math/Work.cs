namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Counts the steps of one comparison: of arithmetic, by the size of the numbers, and of comparing members. The count depends on the texts
/// alone, so that the same response is read, or given up, on every machine.
/// </summary>
internal static class Work
{
    /// <summary>Most steps of one comparison; a step takes about a tenth of a microsecond.</summary>
    public const long Most = 5_000_000;

    [ThreadStatic]
    private static long _spent;

    /// <summary>Begins a comparison on this thread.</summary>
    public static void Start() => _spent = 0;

    /// <summary>Makes what is made once for all comparisons, which this one does not pay for.</summary>
    public static T Uncounted<T>(Func<T> make)
    {
        var spent = _spent;
        try
        {
            return make();
        }
        finally
        {
            _spent = spent;
        }
    }

    /// <summary>Takes steps.</summary>
    /// <exception cref="WorkLimitException">There are none left.</exception>
    public static void Spend(long steps)
    {
        if ((_spent += steps) > Most) throw new WorkLimitException();
    }
}
