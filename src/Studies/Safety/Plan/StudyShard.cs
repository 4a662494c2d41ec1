using System.Globalization;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>One machine's part of a study: every so-manyth run, so that each part has runs of all arms.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Of">How many parts.</param>
public sealed record StudyShard(int Number, int Of)
{
    /// <summary>All of it.</summary>
    public static StudyShard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>2/4</c>.</summary>
    /// <exception cref="UserErrorException">It is not of that form, or there is no such part (exit code 64).</exception>
    public static StudyShard Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var of) && number >= 1 && number <= of
            ? new(number, of)
            : throw new UserErrorException($"--shard is '{text}'; it must be I/N with I from 1 to N, such as 2/4 for the second of four machines.", GateExitCode.Usage);
    }

    /// <summary>The runs of this part, in their order.</summary>
    public IReadOnlyList<T> Take<T>(IReadOnlyList<T> all) => [.. all.Where((_, index) => index % Of == Number - 1)];
}
