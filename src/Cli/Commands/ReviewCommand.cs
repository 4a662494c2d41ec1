using System.CommandLine;
using System.Text;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate review [SPEC]</c>: what waits for approval, one after the other: what each would mean, and accept or skip. <c>--list</c> and
/// <c>--accept NAME --why "…"</c> do it without questions.
/// </summary>
internal sealed class ReviewCommand
{
    private const string Regression = "regression";
    private readonly Argument<string?> _spec = new("SPEC")
    {
        Description = "SPEC.TEST, or SPEC for all its tests; left out: everything that waits.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private readonly Option<bool> _list = new("--list") { Description = "One line for each result or rule that waits; asks nothing." };
    private readonly Option<string[]> _accept = new("--accept")
    {
        Description = "Accept this one, as SPEC.TEST, without a question; may be repeated. Needs --why.",
        HelpName = "NAME"
    };
    private readonly Option<string?> _why = new("--why") { Description = "Why what is accepted is right; kept beside the baseline. Else it is asked for each." };
    private readonly Option<string?> _diff = new("--diff")
    {
        Description = "Show each received result against its baseline with this diff tool, such as \"code --diff\"; the baseline is its first file.",
        HelpName = "TOOL"
    };
    private readonly ApprovalParts _parts = new();
    private readonly GateOutput _output;

    private ReviewCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new ReviewCommand(output);
        var command = new Command("review", "Look at what waits for approval, one after the other: old and new rates, flips, what the guards will say; accept or skip.")
        {
            parts._spec, parts._list, parts._accept, parts._why, parts._diff
        };
        foreach (var option in parts._parts.Options) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] accepted = parsed.GetValue(_accept) ?? [];
        if (parsed.GetValue(_list) && accepted.Length > 0) throw new UserErrorException("--list only lists; leave out --accept, or --list.", GateExitCode.Usage);
        if (accepted.Length > 0 && string.IsNullOrWhiteSpace(parsed.GetValue(_why))) throw new UserErrorException("--accept needs the reason, which is kept beside the baseline: --why \"…\".", GateExitCode.Usage);
        var store = _parts.Store(parsed, _output);
        using var artifact = _parts.Artifact(parsed);
        var logs = _parts.Logs(parsed, artifact, store);
        var pending = PendingApproval.All(store, artifact, _parts.From(parsed), logs, parsed.GetValue(_spec));
        if (parsed.GetValue(_list))
        {
            foreach (var one in pending)
            {
                _output.Out.WriteLine($"{one.Line(store)}");
                Diff(parsed, store, one);
            }

            if (pending.Count == 0) _output.Out.WriteLine($"nothing waits for approval in {store.Directory}");
            return GateExitCode.Passed;
        }

        if (accepted.Length > 0) return Accept(parsed, store, pending, accepted, ApprovalParts.Verdicts(logs), artifact is not null);
        if (pending.Count == 0)
        {
            _output.Out.WriteLine($"nothing waits for approval in {store.Directory}");
            return GateExitCode.Passed;
        }

        return await AskAsync(parsed, store, pending, ApprovalParts.Verdicts(logs), artifact is not null, cancellationToken);
    }

    private int Accept(ParseResult parsed, BaselineStore store, IReadOnlyList<PendingApproval> pending, string[] accepted, IReadOnlyList<VerdictRecord> verdicts, bool isElsewhere)
    {
        foreach (var name in accepted)
            if (!pending.Any(one => one.Test.ToString() == name))
                throw new UserErrorException($"Nothing waits for approval under the name '{name}'. {(pending.Count == 0 ? "Nothing waits at all." : $"What waits: {string.Join(", ", pending.Select(one => one.Test))}.")}");
        var chosen = pending.Where(one => accepted.Contains(one.Test.ToString(), StringComparer.Ordinal)).ToList();
        var request = _parts.Request(parsed, parsed.GetValue(_why)!);
        PendingApproval.RequireApprovable(store, chosen, request, isElsewhere);
        _parts.RequireHarmless(parsed, [.. chosen.Select(one => one.Print(_output, store, verdicts)).OfType<string>()]);
        PendingApproval.Approve(_output, store, chosen, request, isElsewhere);
        _output.Out.WriteLine($"next        review and commit {store.Directory}");
        return GateExitCode.Passed;
    }

    // Each is approved when it is accepted, so that what was accepted stays when the rest is left for later.
    private async Task<int> AskAsync(ParseResult parsed, BaselineStore store, IReadOnlyList<PendingApproval> pending, IReadOnlyList<VerdictRecord> verdicts, bool isElsewhere, CancellationToken cancellationToken)
    {
        using var answers = new StreamReader(_output.Input, Encoding.UTF8, leaveOpen: true);
        int taken = 0, left = 0;
        foreach (var (index, one) in pending.Index())
        {
            _output.Out.WriteLine(Invariant($"({index + 1} of {pending.Count})"));
            var harm = one.Print(_output, store, verdicts);
            one.Rules?.Print(_output, "would be   ");
            Diff(parsed, store, one);
            var answer = await AnswerAsync(answers, harm is null ? "accept (a), skip (s) or quit (q)?" : $"this lowers the bar: accept all the same ({Regression}), skip (s) or quit (q)?", cancellationToken);
            if (answer is null or "q" or "quit")
            {
                left += pending.Count - index;
                break;
            }

            if (!(answer is "a" or "accept" && (harm is null || _parts.AcceptsRegression(parsed))) && !(harm is not null && answer == Regression))
            {
                if (answer is not ("s" or "skip")) _output.Out.WriteLine($"skipped     {one.Test}: '{answer}' is none of the answers");
                left++;
                continue;
            }

            var why = parsed.GetValue(_why) ?? await AnswerAsync(answers, "why is it right? (kept beside the baseline)", cancellationToken);
            if (string.IsNullOrWhiteSpace(why))
            {
                _output.Out.WriteLine($"skipped     {one.Test}: no reason was given");
                left++;
                continue;
            }

            try
            {
                PendingApproval.Approve(_output, store, [one], _parts.Request(parsed, why), isElsewhere);
                taken++;
            }
            catch (UserErrorException e) when (e.ExitCode is not GateExitCode.Usage and not GateExitCode.CannotWrite)
            {
                _output.Out.WriteLine($"skipped     {e.Message}");
                left++;
            }
        }

        _output.Out.WriteLine(Invariant($"{taken} accepted, {left} left{(taken > 0 ? $"; review and commit {store.Directory}" : "")}"));
        return GateExitCode.Passed;
    }

    private void Diff(ParseResult parsed, BaselineStore store, PendingApproval pending)
    {
        if (parsed.GetValue(_diff) is not { } tool) return;
        foreach (var (key, file, _) in pending.Results) DiffTool.Open(_output, tool, store, key, file);
    }

    // The line is read by a thread of its own, so that Ctrl-C ends the review while it waits for one.
    private async Task<string?> AnswerAsync(StreamReader answers, string question, CancellationToken cancellationToken)
    {
        _output.Out.WriteLine($"{question}");
        _output.Out.Flush();
        return (await Task.Run(answers.ReadLine, CancellationToken.None).WaitAsync(cancellationToken))?.Trim();
    }
}
