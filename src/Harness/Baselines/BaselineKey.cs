using System.Text.RegularExpressions;

namespace SafetyGate.Harness.Baselines;

/// <summary>Which baseline: a spec class and one of its tests.</summary>
/// <param name="Spec">Name of the spec class.</param>
/// <param name="Test">Name of the test, with the suite when the test runs once for each.</param>
public sealed partial record BaselineKey(string Spec, string Test)
{
    /// <summary><c>SPEC.TEST</c>, as the command line takes it.</summary>
    public override string ToString() => $"{Spec}.{Test}";

    /// <summary>
    /// The first part of the file names: the name itself where every file system takes it, else a readable form of it with a digest of the
    /// exact name.
    /// </summary>
    /// <exception cref="UserErrorException">The spec or the test has no name.</exception>
    public string FileStem => string.IsNullOrWhiteSpace(Spec) || string.IsNullOrWhiteSpace(Test)
        ? throw new UserErrorException("A baseline needs the name of its spec and of its test; one of them is empty.")
        : PortableName.Of(Spec, Test);

    /// <summary>The baseline of one training of a claim about a recipe: <c>SPEC.TEST.training-N</c>.</summary>
    /// <param name="number">Which training, from 1.</param>
    public BaselineKey Training(int number) => this with { Test = Invariant($"{Test}.training-{number}") };

    /// <summary>The key of the whole test, when this is that of one of its trainings; else itself.</summary>
    public BaselineKey Whole => this with { Test = TrainingSuffix().Replace(Test, "") };

    [GeneratedRegex(@"\.training-[1-9][0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrainingSuffix();
}
