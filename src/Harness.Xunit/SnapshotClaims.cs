using System.Collections.Concurrent;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Xunit;

/// <summary>One test has one snapshot, so it can gate one metric against a baseline.</summary>
internal static class SnapshotClaims
{
    private static readonly ConcurrentDictionary<string, string> Claims = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">The test has gated another metric before.</exception>
    public static void Claim(BaselineStore store, BaselineKey spec, string metric)
    {
        var first = Claims.GetOrAdd(store.VerifiedPath(spec), metric);
        if (first != metric) throw new InvalidOperationException($"{spec} gates '{first}' and '{metric}' against one baseline file. Make two tests of it, or a theory with a case for each.");
    }
}
