using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>Names of the files the verbs attach to a test.</summary>
internal static class SpecAttachments
{
    /// <summary>The name, or the first numbered one that is free: a test may use several verbs, and each leaves its own.</summary>
    public static string Unused(string name)
    {
        var taken = TestContext.Current.Attachments;
        for (var (free, n) = (name, 2); ; free = Invariant($"{name}-{n++}"))
            if (taken?.ContainsKey(free) != true) return free;
    }
}
