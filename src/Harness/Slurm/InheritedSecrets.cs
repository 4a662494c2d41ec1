using System.Collections;
using System.Text.RegularExpressions;

namespace SafetyGate.Harness.Slurm;

/// <summary>
/// The secrets a program inherits by its environment, known by the names of the variables, so that nothing it prints carries them into logs
/// and messages.
/// </summary>
internal sealed partial class InheritedSecrets
{
    private const int Shortest = 8; // a shorter value would be found in innocent words
    private readonly (string Name, string Value)[] _found;

    private InheritedSecrets((string, string)[] found) => _found = found;

    /// <summary>Those of this process.</summary>
    public static InheritedSecrets Here() => new(
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => ((string)entry.Key, (string?)entry.Value ?? ""))
            .Where(entry => IsName(entry.Item1) && entry.Item2.Length >= Shortest)
            .OrderByDescending(entry => entry.Item2.Length)]); // one may begin with another

    /// <summary>True for names such as <c>HF_TOKEN</c>, <c>WANDB_API_KEY</c> and <c>DB_PASSWORD</c>.</summary>
    public static bool IsName(string variable) => Name().IsMatch(variable);

    /// <summary>The name of a secret whose value is in the text; <c>null</c> if none is.</summary>
    public string? In(string text) => _found.FirstOrDefault(secret => text.Contains(secret.Value, StringComparison.Ordinal)).Name;

    /// <summary>The text with <c>***</c> for each value.</summary>
    public string Hide(string text) =>
        _found.Aggregate(text, (hidden, secret) => hidden.Replace(secret.Value, "***", StringComparison.Ordinal));

    [GeneratedRegex(@"(?:\A|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|APIKEY|CREDENTIALS?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
