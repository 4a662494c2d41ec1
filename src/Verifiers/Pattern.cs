using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers;

/// <summary>Regular expressions of the rules, which mean the same under every culture.</summary>
/// <remarks>
/// They are interpreted, not generated as source: the rules have about 400, from which the generator makes 430,000 lines. These took nine
/// tenths of the time to compile the assembly and two thirds of its size; 1,700 responses are judged in the same time either way. Each is
/// made when it is first needed.
/// </remarks>
internal static class Pattern
{
    /// <summary>The expression of a pattern.</summary>
    /// <param name="pattern">In .NET's syntax.</param>
    /// <param name="options">Beside <see cref="RegexOptions.CultureInvariant"/>.</param>
    /// <exception cref="ArgumentException">The pattern is none.</exception>
    public static Regex Of([StringSyntax(StringSyntaxAttribute.Regex, nameof(options))] string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.CultureInvariant);
}
