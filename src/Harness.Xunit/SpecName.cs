using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Harness.Baselines;
using Xunit;
using Xunit.v3;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// Names the running spec: the class, and the test with its theory's arguments as Verify writes them, such as
/// <c>Holds_suite=pocket-direct</c>.
/// </summary>
public static class SpecName
{
    private static readonly ConcurrentDictionary<string, string> Classes = new(StringComparer.Ordinal);
    private const int LongestName = 180; // leaves room for ".verified.json.approval.md" in the usual 255 of a file name

    /// <summary>The spec that runs now.</summary>
    /// <exception cref="InvalidOperationException">No test runs, or another class has the same simple name.</exception>
    public static BaselineKey Current() =>
        TestContext.Current.Test is IXunitTest test
            ? Of(Unique(test.TestMethod.TestClass.TestClassSimpleName, test.TestMethod.TestClass.TestClassName), test.TestMethod.MethodName,
                [.. test.TestMethod.Parameters.Select(p => p.Name ?? "")], test.TestMethodArguments)
            : throw new InvalidOperationException("A gate was called outside a test; it takes the name of its baseline from the test that runs.");

    /// <summary>The name of a test of a class with these arguments, fit for a file name.</summary>
    /// <param name="spec">Simple name of the class.</param>
    /// <param name="test">Name of the method.</param>
    /// <param name="parameters">Names of its parameters.</param>
    /// <param name="arguments">Their values, written without culture.</param>
    public static BaselineKey Of(string spec, string test, IReadOnlyList<string> parameters, IReadOnlyList<object?> arguments)
    {
        var full = Fit(test + string.Concat(parameters.Zip(arguments, (name, value) => $"_{name}={Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null"}")));
        if (spec.Length + full.Length > LongestName)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..8];
            full = full[..Math.Max(1, LongestName - spec.Length - 9)] + "-" + digest;
        }

        return new BaselineKey(Fit(spec), full);
    }

    /// <summary>The simple name of a class, when no other class of this test program has it.</summary>
    /// <exception cref="InvalidOperationException">Another one has.</exception>
    internal static string Unique(string simpleName, string fullName)
    {
        var first = Classes.GetOrAdd(simpleName, fullName);
        return first == fullName ? simpleName : throw new InvalidOperationException($"{first} and {fullName} have the same simple name. Rename one: baselines and the list of specs that must run know a class by it.");
    }

    private static string Fit(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '=' or '-' or '.' or ',' ? c : '-'));
}
