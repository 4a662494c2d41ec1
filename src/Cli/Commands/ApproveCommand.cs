using System.CommandLine;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate approve [SPEC] [--from ARTIFACT] --why "…"</c>: what was received becomes the baseline, and the rules by which the specs ran become
/// those of the list of specs, each with a note of who, when and why.
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
        var from = new Option<string?>("--from")
        {
            Description = "A received file, or a folder or zip archive that holds it and the logs of verdicts, such as a downloaded CI artifact.",
            HelpName = "ARTIFACT"
        };
        var why = new Option<string>("--why")
        {
            Description = "Why this result is right; it is kept beside the baseline.",
            Required = true
        };
        var who = new Option<string?>("--who") { Description = "Who approves; by default git's user name." };
        var discordance = new Option<double?>("--discordance")
        {
            Description = "Share of items that differ between two trainings of the same thing, when it is known."
        };
        var correlation = new Option<double?>("--correlation") { Description = "How alike the differences of one behavior's items are, where items share behaviors: 0 for items that flip by themselves, 1 (the default) for behaviors that flip whole." };
        var underpowered = new Option<bool>("--accept-underpowered")
        {
            Description = "Approve although an unchanged model would often fail this gate."
        };
        var unscored = new Option<bool>("--accept-unscored")
        {
            Description = "Approve although single responses are unscored; each counts as good in later comparisons."
        };
        var anchor = new Option<bool>("--new-anchor")
        {
            Description = "Pin this result as the first approved one, in place of the one that is the spec's anchor until now."
        };
        var baselines = BaselineFolder.Option();
        var log = new Option<string?>("--log")
        {
            Description = $"The folder of the specs' logs of verdicts, which have the rules they ran by; by default ${JudgedFolders.ResultsVariable}, or artifacts/gate beside the baselines.",
            HelpName = "DIR"
        };
        var command = new Command("approve", "Make what a run left the baseline and its rules the approved ones, in a commit that a reviewer sees.")
        {
            spec, from, why, who, discordance, correlation, underpowered, unscored, anchor, baselines, log
        };
        command.SetAction(parsed =>
        {
            var judged = JudgedFolders.OfBaselines(parsed.GetValue(baselines));
            output.Out.WriteLine($"{judged.Words}");
            var store = new BaselineStore(judged.Baselines);
            var request = new ApprovalRequest
            {
                Who = parsed.GetValue(who) ?? GitUser()
                    ?? throw new UserErrorException("git knows no user name; name the approver with --who \"NAME\".", GateExitCode.Usage),
                When = TimeProvider.System.GetUtcNow(),
                Why = parsed.GetRequiredValue(why),
                Discordance = parsed.GetValue(discordance),
                Correlation = parsed.GetValue(correlation),
                AcceptUnderpoweredGate = parsed.GetValue(underpowered),
                AcceptUnscored = parsed.GetValue(unscored),
                NewAnchor = parsed.GetValue(anchor),
            };
            using var artifact = parsed.GetValue(from) is { } path ? ReceivedArtifact.Open(path) : null;
            var received = artifact is null
                ? store.AllReceived().Select(key => (Key: key, File: (string?)null))
                : artifact.Files.Select(file => (file.Key, File: (string?)file.Path));
            var wanted = parsed.GetValue(spec);
            var chosen = received.Where(entry => Matches(entry.Key, wanted)).ToList();
            if (chosen.GroupBy(entry => entry.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UserErrorException(Invariant($"{parsed.GetValue(from)} holds {twice.Count()} results for {twice.Key}; choose one with --from FILE."));
            var rules = RulesToApprove.Of(SpecManifest.PathIn(store.Directory), artifact?.Logs ?? [RulesToApprove.LogFolder(parsed.GetValue(log), store.Directory)],
                [.. chosen.Select(entry => (entry.Key, File: entry.File ?? store.ReceivedPath(entry.Key))).Where(entry => File.Exists(entry.File)).Select(entry => (entry.Key, ResultFile.Read(entry.File)))], key => Matches(key, wanted));
            if (chosen.Count + rules.Count == 0)
                throw new UserErrorException($"There is nothing to approve{(wanted is { } name ? $" for '{name}'" : "")} in {parsed.GetValue(from) ?? store.Directory}: no received file, and no rule that is not the approved one. Run the specs first ('./gate test'); a run without a baseline, or unlike it, leaves a received file, and the log of the run has its rules.", GateExitCode.NotComparable);

            var notes = store.ApproveAll(chosen, request, rules.SelectMany(rule => rule.Files(request)));
            foreach (var (entry, note) in chosen.Zip(notes)) output.Out.WriteLine($"approved    {entry.Key}  ({Path.Combine(store.Directory, note.File)})");
            foreach (var rule in rules) rule.Print(output);
            output.Out.WriteLine($"next        review and commit {store.Directory}");
            return GateExitCode.Passed;
        });
        return command;
    }

    private static bool Matches(BaselineKey key, string? wanted) =>
        wanted is null || wanted == key.Spec || wanted == key.ToString() || wanted == key.Whole.ToString();

    private static string? GitUser()
    {
        try
        {
            using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["config", "user.name"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            var name = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(name) ? null : name;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
