using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Models.Adapters;

/// <summary>A regular expression of an untrusted configuration in Python's spelling, bounded in length and time.</summary>
internal sealed class PythonPattern
{
    private const int LongestPattern = 4_000;
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);
    private readonly Regex _regex;
    private readonly string _pattern, _source;

    private PythonPattern(Regex regex, string pattern, string source) => (_regex, _pattern, _source) = (regex, pattern, source);

    /// <summary>Matches whole names, as <c>re.fullmatch</c>.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="UserErrorException">It is malformed, too long, or has a construct that means something else here.</exception>
    public static PythonPattern Whole(string pattern, string source) => Create(pattern, source, @"\A(?:", @")\z");

    /// <summary>Matches names that begin with what the expression says and the text around it, as <c>re.match</c>.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <param name="before">Expression before it, of ours.</param>
    /// <param name="after">Expression behind it, of ours.</param>
    /// <exception cref="UserErrorException">As for <see cref="Whole"/>.</exception>
    public static PythonPattern Within(string pattern, string source, string before, string after) =>
        Create(pattern, source, @"\A" + before, after);

    /// <summary>Whether the name matches.</summary>
    /// <exception cref="UserErrorException">The match takes too long.</exception>
    public bool Matches(string name) => Guarded(() => _regex.IsMatch(name));

    /// <summary>The last group of a match; <c>null</c> without a match.</summary>
    /// <exception cref="UserErrorException">The match takes too long.</exception>
    public string? LastGroup(string name) => Guarded(() => _regex.Match(name) is { Success: true } match ? match.Groups["last"].Value : null);

    private static PythonPattern Create(string pattern, string source, string before, string after)
    {
        if (pattern.Length > LongestPattern)
            throw new UserErrorException(Invariant($"{source} has an expression of {pattern.Length} characters; at most {LongestPattern} are read."));
        try
        {
            return new(new Regex(before + Translate(pattern) + after, RegexOptions.CultureInvariant, LongestMatch), pattern, source);
        }
        catch (ArgumentException malformed)
        {
            throw new UserErrorException($"{source} is '{pattern}', which is no regular expression that can be read here ({malformed.Message.TrimEnd('.')}). Name the modules in a list instead.", malformed);
        }
    }

    // Where Python and .NET spell a thing differently. What .NET does not know at all it refuses itself.
    private static string Translate(string pattern)
    {
        var text = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (pattern[i] == '\\')
            {
                text.Append(rest is ['\\', 'Z', ..] ? @"\z" : rest[..Math.Min(2, rest.Length)]);
                i++;
            }
            else if (inClass)
            {
                if (pattern[i] == '[') text.Append('\\'); // literal in Python, a subtraction behind a hyphen in .NET
                text.Append(pattern[i]);
                inClass = pattern[i] != ']';
            }
            else if (pattern[i] == '[')
            {
                inClass = true;
                text.Append('[');
                foreach (var first in "^]") // ']' that comes first is literal
                {
                    if (i + 1 >= pattern.Length || pattern[i + 1] != first) continue;
                    text.Append(first == ']' ? @"\]" : "^");
                    i++;
                }
            }
            else if (rest.StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else if (rest.StartsWith("(?P=") && rest.IndexOf(')') is > 4 and var end)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $@"\k<{rest[4..end]}>");
                i += end;
            }
            else if (rest.StartsWith("{,"))
            {
                text.Append("{0,");
                i++;
            }
            else
            {
                text.Append(pattern[i]);
            }
        }

        return text.ToString();
    }

    private T Guarded<T>(Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new UserErrorException($"{_source} is '{_pattern}', which takes too long to match. Name the modules in a list instead.", slow);
        }
    }
}
