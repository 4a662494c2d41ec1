using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using SafetyGate.Harness.Baselines;
using Xunit;
using Xunit.v3;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// Names the running spec exactly: the class, and the test with its theory's arguments in the form of Verify, such as
/// <c>Holds_suite=pocket/direct</c>. Names of files are made from it by <see cref="BaselineKey.FileStem"/>.
/// </summary>
public static class SpecName
{
    // Case does not count: names that differ only by it have one file where case does not count either.
    private static readonly ConcurrentDictionary<string, string> Classes = new(StringComparer.OrdinalIgnoreCase);
    private static readonly ConcurrentDictionary<string, (string Test, string UniqueId)> Tests = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The spec that runs now.</summary>
    /// <exception cref="InvalidOperationException">No test runs, another class has the same simple name, or another test or case of a theory
    /// the same name.</exception>
    public static BaselineKey Current()
    {
        if (TestContext.Current.Test is not IXunitTest test) throw new InvalidOperationException("A gate was called outside a test; it takes the name of its baseline from the test that runs.");
        var key = Of(Unique(test.TestMethod.TestClass.TestClassSimpleName, test.TestMethod.TestClass.TestClassName), test.TestMethod.MethodName,
            [.. test.TestMethod.Parameters.Select(p => p.Name ?? "")], test.TestMethodArguments);
        RequireOneTest(key, test.UniqueID);
        return key;
    }

    /// <summary>The name of a test of a class with these arguments.</summary>
    /// <param name="spec">Simple name of the class.</param>
    /// <param name="test">Name of the method.</param>
    /// <param name="parameters">Names of its parameters.</param>
    /// <param name="arguments">Their values, written without culture.</param>
    public static BaselineKey Of(string spec, string test, IReadOnlyList<string> parameters, IReadOnlyList<object?> arguments)
    {
        var key = new BaselineKey(spec, test + string.Concat(parameters.Zip(arguments, (name, value) => $"_{name}={Written(value)}")));
        return key.Whole == key ? key : key with { Test = key.Test + "_" }; // an argument that ends as the name of a training does
    }

    /// <summary>The simple name of a class, when no other class of this test program has it.</summary>
    /// <exception cref="InvalidOperationException">Another one has.</exception>
    internal static string Unique(string simpleName, string fullName)
    {
        var first = Classes.GetOrAdd(simpleName, fullName);
        return first == fullName ? simpleName : throw new InvalidOperationException($"{first} and {fullName} have the same simple name{(first.EndsWith(simpleName, StringComparison.Ordinal) ? "" : " but for upper and lower case")}. Rename one: baselines and the list of specs that must run know a class by it.");
    }

    /// <summary>Checks that no other test of this program has the name, nor its files the same names.</summary>
    /// <exception cref="InvalidOperationException">Another one has.</exception>
    internal static void RequireOneTest(BaselineKey key, string uniqueId)
    {
        var first = Tests.GetOrAdd(key.FileStem, (key.Test, uniqueId));
        if (first != (key.Test, uniqueId)) throw new InvalidOperationException($"Two tests of {key.Spec} have the name '{key.Test}'{(first.Test == key.Test ? "" : $", but for upper and lower case ('{first.Test}')")}: one baseline and one entry in the list of specs would stand for both. Rename one, or give the cases of the theory arguments that are written differently.");
    }

    private static string Written(object? value) => value switch
    {
        null => "null",
        string text => WellFormed(text),
        IFormattable number => WellFormed(number.ToString(null, CultureInfo.InvariantCulture)),
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Written)) + "]",
        _ => WellFormed(value.ToString() ?? ""),
    };

    // Half a surrogate pair is no character: no file could hold it.
    private static string WellFormed(string text)
    {
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) written.Append(text[i]).Append(text[++i]);
            else if (char.IsSurrogate(text[i])) written.Append(Invariant($"\\u{(int)text[i]:X4}"));
            else written.Append(text[i]);
        }

        return written.ToString();
    }
}
