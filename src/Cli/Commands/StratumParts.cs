using System.CommandLine;
using System.Globalization;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Cli.Commands;

/// <summary>The options that say what hardness is and where strata end.</summary>
internal sealed class StratumParts
{
    private readonly Option<string> _hardness = new("--hardness")
    {
        Description = "An item's hardness, higher is harder: a column of numbers; lines(COLUMN), words(COLUMN) or chars(COLUMN) of a text; or measured, by small trainings.",
        HelpName = "COLUMN",
        DefaultValueFactory = _ => "hardness",
    };

    private readonly Option<string?> _thresholds = new("--thresholds")
    {
        Description = "The hardest an easy item can be and the easiest a hard one can be, such as 3,6.",
        HelpName = "EASY,HARD",
    };

    private readonly Option<string?> _percentiles = new("--percentiles")
    {
        Description = "The same as shares of the test items; .3,.7 by default.",
        HelpName = "EASY,HARD",
    };

    public IReadOnlyList<Option> Options => [_hardness, _thresholds, _percentiles];

    /// <summary>The column of hardness.</summary>
    public string Column(ParseResult parsed) => parsed.GetRequiredValue(_hardness);

    /// <summary>Whether the user named the column.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(_hardness) is { Implicit: false };

    /// <summary>Whether the user said where strata end.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_thresholds) is not null || parsed.GetValue(_percentiles) is not null;

    /// <summary>Where strata end.</summary>
    /// <exception cref="UserErrorException">Both are given, or one is not two numbers in order (exit code 64).</exception>
    public StratumChoice Choice(ParseResult parsed)
    {
        var (thresholds, percentiles) = (parsed.GetValue(_thresholds), parsed.GetValue(_percentiles));
        if (thresholds is not null && percentiles is not null) throw new UserErrorException("--thresholds and --percentiles both say where strata end; give one of them.", GateExitCode.Usage);
        if (thresholds is not null) return new() { Thresholds = Two(thresholds, "--thresholds") is var (easy, hard) && easy <= hard ? new(easy, hard) : throw Wrong("--thresholds", thresholds, "the first must not be above the second") };
        if (percentiles is null) return new();
        var shares = Two(percentiles, "--percentiles");
        return shares is { First: > 0, Second: < 1 } && shares.First <= shares.Second
            ? new() { Easy = shares.First, Hard = shares.Second }
            : throw Wrong("--percentiles", percentiles, "both must lie between 0 and 1, in this order");
    }

    private static (double First, double Second) Two(string text, string option)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && Number(parts[0]) is { } first && Number(parts[1]) is { } second ? (first, second) : throw Wrong(option, text, "two finite numbers with a comma between them are needed");
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static UserErrorException Wrong(string option, string text, string why) => new($"{option} is '{text}'; {why}.", GateExitCode.Usage);
}
