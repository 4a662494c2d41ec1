using System.Text.RegularExpressions;

namespace SafetyGate.Harness.Baselines;

/// <summary>Which baseline: a spec class and one of its tests.</summary>
/// <param name="Spec">Name of the spec class.</param>
/// <param name="Test">Name of the test, with the suite when the test runs once for each.</param>
public sealed partial record BaselineKey(string Spec, string Test)
{
    /// <summary><c>SPEC.TEST</c>, as the command line takes it.</summary>
    public override string ToString() => $"{Spec}.{Test}";

    /// <summary>The first part of the file names; characters unsafe in file names become <c>-</c>.</summary>
    public string FileStem => Clean(Spec) + "." + Clean(Test);

    /// <summary>The baseline of one training of a claim about a recipe: <c>SPEC.TEST.training-N</c>.</summary>
    /// <param name="number">Which training, from 1.</param>
    public BaselineKey Training(int number) => this with { Test = Invariant($"{Test}.training-{number}") };

    /// <summary>The key of the whole test, when this is that of one of its trainings; else itself.</summary>
    public BaselineKey Whole => this with { Test = TrainingSuffix().Replace(Test, "") };

    private static string Clean(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new UserErrorException("A baseline needs the name of its spec and of its test; one of them is empty.");
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '=' or '.' or ',' or '(' or ')' ? c : '-'));
    }

    [GeneratedRegex(@"\.training-[1-9][0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrainingSuffix();
}
