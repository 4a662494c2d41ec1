namespace SafetyGate.Harness.Baselines;

/// <summary>Which baseline: a spec class and one of its tests.</summary>
/// <param name="Spec">Name of the spec class.</param>
/// <param name="Test">Name of the test, with the suite when the test runs once for each.</param>
public sealed record BaselineKey(string Spec, string Test)
{
    /// <summary><c>SPEC.TEST</c>, as the command line takes it.</summary>
    public override string ToString() => $"{Spec}.{Test}";

    /// <summary>The first part of the file names; what a file system may not like becomes <c>-</c>.</summary>
    public string FileStem => Clean(Spec) + "." + Clean(Test);

    private static string Clean(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new UserErrorException("A baseline needs the name of its spec and of its test; one of them is empty.");
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '=' or '.' or ',' or '(' or ')' ? c : '-'));
    }
}
