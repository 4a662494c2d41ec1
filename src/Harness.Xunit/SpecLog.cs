using System.Collections.Concurrent;
using System.Reflection;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Xunit;

/// <summary>The log of each test assembly, begun anew once a test run.</summary>
internal static class SpecLog
{
    private static readonly ConcurrentDictionary<(string Folder, string Assembly), Lazy<EvaluationLog>> Open = new();

    public static EvaluationLog For(string folder, Assembly specs)
    {
        var name = specs.GetName().Name ?? "specs";
        return Open.GetOrAdd((folder, name), key => new(() => EvaluationLog.Start(key.Folder, key.Assembly))).Value;
    }
}
