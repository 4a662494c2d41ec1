using System.CommandLine;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of the commands that approve.</summary>
internal sealed class ApprovalParts
{
    private readonly Option<string?> _from = new("--from")
    {
        Description = "A received file, or a folder or zip archive that holds it and the logs of verdicts, such as a downloaded CI artifact.",
        HelpName = "ARTIFACT"
    };
    private readonly Option<string?> _who = new("--who") { Description = "Who approves; by default git's user name." };
    private readonly Option<double?> _discordance = new("--discordance")
    {
        Description = "Share of items that differ between two trainings of the same thing, when it is known."
    };
    private readonly Option<double?> _correlation = new("--correlation") { Description = "How alike the differences of one behavior's items are, where items share behaviors: 0 for items that flip by themselves, 1 (the default) for behaviors that flip whole." };
    private readonly Option<bool> _underpowered = new("--accept-underpowered")
    {
        Description = "Approve although an unchanged model would often fail this gate."
    };
    private readonly Option<bool> _unscored = new("--accept-unscored")
    {
        Description = "Approve although single responses are unscored; each counts as good in later comparisons."
    };
    private readonly Option<bool> _regression = new("--accept-regression")
    {
        Description = "Approve although the result is worse than the approved one, or below its floor: the bar is lowered."
    };
    private readonly Option<bool> _anchor = new("--new-anchor")
    {
        Description = "Pin this result as the first approved one, in place of the one that is the spec's anchor until now."
    };
    private readonly Option<string?> _baselines = BaselineFolder.Option();
    private readonly Option<string?> _log = new("--log")
    {
        Description = $"The folder of the specs' logs of verdicts, which have the rules they ran by; by default ${JudgedFolders.ResultsVariable}, or artifacts/gate beside the baselines.",
        HelpName = "DIR"
    };

    public IReadOnlyList<Option> Options =>
        [_from, _who, _discordance, _correlation, _underpowered, _unscored, _regression, _anchor, _baselines, _log];

    public string? From(ParseResult parsed) => parsed.GetValue(_from);

    public bool AcceptsRegression(ParseResult parsed) => parsed.GetValue(_regression);

    /// <summary>The baselines; names the repository in the first line of the output.</summary>
    public BaselineStore Store(ParseResult parsed, GateOutput output)
    {
        var judged = JudgedFolders.OfBaselines(parsed.GetValue(_baselines));
        output.Out.WriteLine($"{judged.Words}");
        foreach (var done in Finished = ApprovalJournal.Finish(judged.Baselines)) output.Out.WriteLine($"interrupted {done}");
        return new(judged.Baselines);
    }

    /// <summary>Approvals that were interrupted and that this command has finished or taken back.</summary>
    public IReadOnlyList<string> Finished { get; private set; } = [];

    public ReceivedArtifact? Artifact(ParseResult parsed) => From(parsed) is { } path ? ReceivedArtifact.Open(path) : null;

    public IReadOnlyList<string> Logs(ParseResult parsed, ReceivedArtifact? artifact, BaselineStore store) =>
        artifact?.Logs ?? [RulesToApprove.LogFolder(parsed.GetValue(_log), store.Directory)];

    /// <summary>Verdicts of the logs, as far as they can be read: they only add words to a review.</summary>
    public static IReadOnlyList<VerdictRecord> Verdicts(IReadOnlyList<string> logs)
    {
        try
        {
            return [.. logs.SelectMany(log => VerdictLog.ReadAll(log, out _))];
        }
        catch (UserErrorException)
        {
            return [];
        }
    }

    /// <summary>Input of the approver.</summary>
    /// <exception cref="UserErrorException">Nobody is named (exit code 64).</exception>
    public ApprovalRequest Request(ParseResult parsed, string why) => new()
    {
        Who = parsed.GetValue(_who) ?? GitUser.Name()
            ?? throw new UserErrorException("git knows no user name; name the approver with --who \"NAME\".", GateExitCode.Usage),
        When = TimeProvider.System.GetUtcNow(),
        Why = why,
        Discordance = parsed.GetValue(_discordance),
        Correlation = parsed.GetValue(_correlation),
        AcceptUnderpoweredGate = parsed.GetValue(_underpowered),
        AcceptUnscored = parsed.GetValue(_unscored),
        NewAnchor = parsed.GetValue(_anchor),
    };

    /// <summary>Refuses what lowers the bar, unless that was accepted by name.</summary>
    /// <exception cref="UserErrorException">It lowers the bar (exit code 1).</exception>
    public void RequireHarmless(ParseResult parsed, IReadOnlyList<string> harms)
    {
        if (harms.Count > 0 && !AcceptsRegression(parsed))
            throw new UserErrorException($"Nothing is approved, because it would lower the bar.\n  {string.Join("\n  ", harms)}\n  Repair the run; or, if this result is meant to be what later runs are held against, approve it with --accept-regression and say why.", GateExitCode.Regressed);
    }
}
