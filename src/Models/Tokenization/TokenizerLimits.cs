using System.Text.Json;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// What a tokenizer file may make of a text: how long it may become, and how long its patterns may take in all. A file comes from a stranger,
/// and a few replacements in a row multiply a text without end.
/// </summary>
internal sealed class TokenizerLimits
{
    /// <summary>Largest id of a token, so that tables by id stay small.</summary>
    public const int LargestId = (1 << 24) - 1;

    /// <summary>Longest text of an added token or of a prefix, in UTF-16 units.</summary>
    public const int LongestToken = 1 << 10;

    // NFKD makes 18 characters of one (U+FDFA); bytes written as letters four, and twice as many at worst.
    private const int Growth = 64, Least = 1 << 12;

    // A tokenizer of a public model has about ten components.
    private const int MostComponents = 1000;

    private static readonly TimeSpan Unhurried = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(30);

    [ThreadStatic]
    private static int longest;

    private readonly Lock spending = new();
    private TimeSpan spent;

    /// <summary>Whether the patterns of the file have used up their time, so that none is matched any more.</summary>
    public bool IsSpent
    {
        get
        {
            lock (spending) return spent >= Patience;
        }
    }

    /// <summary>Time that the patterns of a file may take beyond the first second of each text.</summary>
    public static TimeSpan PatternTime => Patience;

    /// <summary>Starts a text; what its components make of it may be 64 times as long (4,096 units at least).</summary>
    /// <param name="length">UTF-16 units.</param>
    public static void Begin(long length) => longest = (int)Math.Min(Math.Max(Least, Growth * length), int.MaxValue);

    /// <summary>Refuses a text that has become too long.</summary>
    /// <param name="length">UTF-16 units that it has, or would have.</param>
    /// <exception cref="UserErrorException">It is longer than the limit.</exception>
    public static void Require(long length)
    {
        if (longest > 0 && length > longest)
            throw new UserErrorException(Invariant($"The tokenizer's components make more than {longest:N0} characters of a text, {Growth} times what was given; such a tokenizer is not used. Is tokenizer.json the one the model came with?"));
    }

    /// <summary>Refuses a part of the file that has more components than any tokenizer needs.</summary>
    /// <exception cref="UserErrorException">It has more.</exception>
    public static void RequireFew(JsonPart part)
    {
        if (Objects(part.Json) > MostComponents) throw part.Wrong(Invariant($"has more than {MostComponents} components"));
    }

    /// <summary>Adds the time that a pattern took on one text.</summary>
    public void Spend(TimeSpan took)
    {
        if (took <= Unhurried) return;
        lock (spending) spent += took - Unhurried;
    }

    private static int Objects(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => 1 + json.EnumerateObject().Sum(member => Objects(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Sum(Objects),
        _ => 0,
    };
}
