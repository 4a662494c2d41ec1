using System.CommandLine;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate strata</c>: does training on easy items teach hard ones? From trainings made elsewhere, or made here.</summary>
internal sealed class StrataCommand
{
    private readonly Option<string?> _outcomes = new("--outcomes")
    {
        Description = "Trainings made elsewhere: JSONL, CSV or JSON with a row for each test item of each training (id, hardness, train: none|easy|medium|hard|all, seed, score).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _columns = new("--columns")
    {
        Description = "Which column of --outcomes holds what, such as id=task,score=correct.",
        HelpName = "FIELD=COLUMN,…",
    };

    private readonly Option<string?> _result = new("--result") { Description = "A file that this command wrote: judge it again.", HelpName = "FILE" };

    private readonly StratumParts _strata = new();

    private readonly StrataRunParts _run = new();

    private readonly Option<double?> _atLeast = new("--at-least")
    {
        Description = "Judge: the share of what training on hard items gains that training on easy ones must recover, in (0, 1].",
        HelpName = "SHARE",
    };

    private readonly Option<double> _smallestGap = new("--smallest-gap")
    {
        Description = "The least gain of the hard-trained model that is divided by.",
        DefaultValueFactory = _ => 0.05,
    };

    private readonly Option<bool> _json = CommandParts.JsonOption();
    private readonly Option<string?> _out = new("--out") { Description = $"Where to write the result, such as NAME{StrataReader.Suffix}.", HelpName = "FILE" };
    private readonly GateOutput _output;

    private StrataCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new StrataCommand(output);
        var command = new Command("strata", "Does training on easy items teach hard ones? Accuracy by what was trained on and tested on, and the gap recovered.")
        {
            parts._outcomes, parts._columns, parts._result,
        };
        foreach (var option in parts._run.Options.Concat(parts._strata.Options)) command.Add(option);
        foreach (var option in (Option[])[parts._atLeast, parts._smallestGap, parts._json, parts._out]) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var result = await Task.Run(() => Result(parsed, cancellationToken), cancellationToken);
        if (parsed.GetValue(_out) is { } path) AnalysisFile.Write(result, path);
        Decision? decision = null;
        if (parsed.GetValue(_atLeast) is { } share)
        {
            if (!(share is > 0 and <= 1)) throw new UserErrorException(Invariant($"--at-least is {share}; it must lie in (0, 1]."), GateExitCode.Usage);
            decision = RunVerdicts.Decide(new RecoveryClaim { Strata = result, AtLeast = share });
        }

        Write(parsed, result, decision);
        return decision?.ExitCode ?? GateExitCode.Passed;
    }

    private StrataResult Result(ParseResult parsed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var smallest = parsed.GetValue(_smallestGap);
        if (!(smallest is > 0 and < 1)) throw new UserErrorException(Invariant($"--smallest-gap is {smallest}; it must lie between 0 and 1."), GateExitCode.Usage);
        return (parsed.GetValue(_outcomes), parsed.GetValue(_result)) switch
        {
            (null, null) when _run.IsAsked(parsed) => _run.Run(_output, parsed, _strata, smallest, cancellationToken),
            _ when _run.IsAsked(parsed) => throw new UserErrorException("--train, --test and --pocket train here, --outcomes and --result were trained before; give one of them.", GateExitCode.Usage),
            ({ } outcomes, null) => StrataOutcomes.Read(outcomes, Columns(parsed), _strata.Choice(parsed).For, "trained elsewhere") with { SmallestGap = smallest },
            (null, { } file) => AnalysisFile.Read<StrataResult>(file),
            (null, null) => throw new UserErrorException("There is nothing to analyse: give --outcomes FILE, --result FILE, --train FILE with --test FILE, or --pocket DOMAIN.", GateExitCode.Usage),
            _ => throw new UserErrorException("--outcomes and --result are two sources; give one of them.", GateExitCode.Usage),
        };
    }

    private OutcomeColumns Columns(ParseResult parsed)
    {
        var columns = new OutcomeColumns { Hardness = _strata.Column(parsed) };
        foreach (var part in (parsed.GetValue(_columns) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (field, column) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var first, { Length: > 0 } second] ? (first, second) : ("", "");
            columns = field switch
            {
                "id" => columns with { Id = column },
                "train" => columns with { Train = column },
                "seed" => columns with { Seed = column },
                "score" => columns with { Score = column },
                "hardness" => columns with { Hardness = column },
                _ => throw new UserErrorException($"--columns: '{part}' is not of the form field=column; the fields are id, hardness, train, seed and score.", GateExitCode.Usage),
            };
        }

        return columns;
    }

    private void Write(ParseResult parsed, StrataResult result, Decision? decision)
    {
        if (parsed.GetValue(_json))
        {
            _output.WriteJson(decision is null ? System.Text.Encoding.UTF8.GetString(AnalysisFile.Bytes(result)) : VerdictJson.Of([decision]) + "\n");
            return;
        }

        SectionTable.Write(_output, StrataSections.Of(result));
        if (decision is not null) _output.Out.WriteLine(decision.Message);
    }
}
