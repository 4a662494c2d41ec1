using System.CommandLine;
using SafetyGate.Harness;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate approve [SPEC] [--from ARTIFACT] --why "…"</c>: what was received becomes the baseline, and the rules by which the specs ran become
/// those of the list of specs, each with a note of who, when and why. Prints first what that means, and refuses what would lower the bar.
/// </summary>
internal static class ApproveCommand
{
    public static Command Create(GateOutput output)
    {
        var spec = new Argument<string?>("SPEC")
        {
            Description = "SPEC.TEST, or SPEC for all its tests; left out: everything received, and every rule that is not the approved one.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var why = new Option<string>("--why")
        {
            Description = "Why this result is right; it is kept beside the baseline.",
            Required = true
        };
        var parts = new ApprovalParts();
        var command = new Command("approve", "Make what a run left the baseline and its rules the approved ones, in a commit that a reviewer sees.") { spec, why };
        foreach (var option in parts.Options) command.Add(option);
        command.SetAction(parsed =>
        {
            var store = parts.Store(parsed, output);
            var request = parts.Request(parsed, parsed.GetRequiredValue(why));
            using var artifact = parts.Artifact(parsed);
            var (wanted, logs) = (parsed.GetValue(spec), parts.Logs(parsed, artifact, store));
            var pending = PendingApproval.All(store, artifact, parts.From(parsed), logs, wanted);
            if (pending.Count == 0 && parts.Finished.Count > 0) return GateExitCode.Passed;
            if (pending.Count == 0)
                throw new UserErrorException($"There is nothing to approve{(wanted is { } name ? $" for '{name}'" : "")} in {parts.From(parsed) ?? store.Directory}: no received file, and no rule that is not the approved one. Run the specs first ('{GateCommandName.Test}'); a run without a baseline, or unlike it, leaves a received file, and the log of the run has its rules.", GateExitCode.NotComparable);
            var verdicts = ApprovalParts.Verdicts(logs);
            PendingApproval.RequireApprovable(store, pending, request, artifact is not null);
            parts.RequireHarmless(parsed, [.. pending.Select(one => one.Print(output, store, verdicts)).OfType<string>()]);
            PendingApproval.Approve(output, store, pending, request, artifact is not null);
            output.Out.WriteLine($"next        review and commit {store.Directory}");
            return GateExitCode.Passed;
        });
        return command;
    }
}
