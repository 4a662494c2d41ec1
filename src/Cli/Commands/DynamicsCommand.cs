using System.CommandLine;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate dynamics</c>: how the items of a training set were learnt, which labels to look at, and how hard each item is.</summary>
internal static class DynamicsCommand
{
    public static Command Create(GateOutput output)
    {
        var record = new Option<string?>("--record")
        {
            Description = "Probability of each item's gold answer after each epoch: JSONL, CSV or JSON with rows {id, p: [..]} or {id, epoch, p}.",
            HelpName = "FILE",
        };
        var result = new Option<string?>("--result") { Description = "A file that this command wrote: judge it again.", HelpName = "FILE" };
        var triage = new Option<string?>("--triage") { Description = "What people found of suspected items: rows {id, label: wrong|sound}.", HelpName = "FILE" };
        var atMost = new Option<double?>("--at-most") { Description = "Judge: the share of wrong or suspected labels that is allowed, in [0, 1).", HelpName = "SHARE" };
        var suspects = new Option<string?>("--suspects") { Description = "Where to write the suspected items, one a line, for people to fill in 'label'.", HelpName = "FILE" };
        var hardness = new Option<string?>("--hardness-out") { Description = "Where to write each item's hardness (one minus its confidence), without those found wrong.", HelpName = "FILE" };
        var json = CommandParts.JsonOption();
        var destination = new Option<string?>("--out") { Description = $"Where to write the result, such as NAME{DynamicsReader.Suffix}.", HelpName = "FILE" };
        var command = new Command("dynamics", "How the items of a training set were learnt: hardness, and labels that may be wrong.")
        {
            record, result, triage, atMost, suspects, hardness, json, destination,
        };
        command.SetAction(parsed =>
        {
            var found = Read(parsed.GetValue(record), parsed.GetValue(result), parsed.GetValue(triage));
            if (parsed.GetValue(destination) is { } path) AnalysisFile.Write(found, path);
            if (parsed.GetValue(suspects) is { } list) DynamicsLists.WriteSuspected(found, list);
            if (parsed.GetValue(hardness) is { } scale) DynamicsLists.WriteHardness(found, scale);
            var decision = parsed.GetValue(atMost) switch
            {
                null => null,
                { } share and >= 0 and < 1 => RunVerdicts.Decide(new LabelClaim { Dynamics = found, AtMost = share }),
                { } share => throw new UserErrorException(Invariant($"--at-most is {share}; it must lie in [0, 1)."), GateExitCode.Usage),
            };
            if (parsed.GetValue(json)) output.WriteJson(decision is null ? System.Text.Encoding.UTF8.GetString(AnalysisFile.Bytes(found)) : VerdictJson.Of([decision]) + "\n");
            else
            {
                SectionTable.Write(output, DynamicsSections.Of(found));
                if (decision is not null) output.Out.WriteLine(decision.Message);
            }

            return decision?.ExitCode ?? GateExitCode.Passed;
        });
        return command;
    }

    private static DynamicsResult Read(string? record, string? result, string? triage)
    {
        var looked = triage is null ? null : DynamicsRecord.ReadTriage(triage);
        return (record, result) switch
        {
            ({ } file, null) => DynamicsRecord.Read(file, Path.GetFileName(file), looked),
            (null, { } file) => AnalysisFile.Read<DynamicsResult>(file).With(looked, triage ?? ""),
            (null, null) => throw new UserErrorException("There is nothing to analyse: give --record FILE or --result FILE.", GateExitCode.Usage),
            _ => throw new UserErrorException("--record and --result are two sources; give one of them.", GateExitCode.Usage),
        };
    }
}
