using System.CommandLine;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Studies.Strata;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate dynamics</c>: how the items of a training set were learnt, which labels to look at, and how hard each item is.</summary>
internal static class DynamicsCommand
{
    private const ulong RecorderSeed = 1;

    public static Command Create(GateOutput output)
    {
        var record = new Option<string?>("--record")
        {
            Description = "Probability of each item's gold answer after each epoch: JSONL, CSV or JSON with rows {id, p: [..]} or {id, epoch, p}.",
            HelpName = "FILE",
        };
        var run = new Option<string?>("--run") { Description = "A run whose recipe says record_dynamics: its folder, or its digest in the store.", HelpName = "DIR|DIGEST" };
        var items = new Option<string?>("--items") { Description = "Labeled texts: a reader of word sequences learns them, and each label's probability is recorded after every epoch. Needs no model.", HelpName = "FILE" };
        var columns = new Option<string?>("--item-columns") { Description = "Which column of --items holds what, such as prompt=text,answer=label.", HelpName = "FIELD=COLUMN,…" };
        var epochs = new Option<int>("--epochs") { Description = "Epochs of --items.", DefaultValueFactory = _ => 6 };
        var result = new Option<string?>("--result") { Description = "A file that this command wrote: judge it again.", HelpName = "FILE" };
        var triage = new Option<string?>("--triage") { Description = "What people found of suspected items: rows {id, label: wrong|sound}.", HelpName = "FILE" };
        var atMost = new Option<double?>("--at-most") { Description = "Judge: the share of wrong or suspected labels that is allowed, in [0, 1).", HelpName = "SHARE" };
        var suspects = new Option<string?>("--suspects") { Description = "Where to write the suspected items, one a line, for people to fill in 'label'.", HelpName = "FILE" };
        var hardness = new Option<string?>("--hardness-out") { Description = "Where to write each item's hardness (one minus its confidence), without those found wrong.", HelpName = "FILE" };
        var json = CommandParts.JsonOption();
        var destination = new Option<string?>("--out") { Description = $"Where to write the result, such as NAME{DynamicsReader.Suffix}.", HelpName = "FILE" };
        var command = new Command("dynamics", "How the items of a training set were learnt: hardness, and labels that may be wrong.")
        {
            record, run, items, columns, epochs, result, triage, atMost, suspects, hardness, json, destination,
        };
        command.Add(ExplanationsCommand.Create(output));
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string?[] sources = [parsed.GetValue(record), parsed.GetValue(run), parsed.GetValue(items), parsed.GetValue(result)];
            if (sources.Count(source => source is not null) != 1)
                throw new UserErrorException(sources.All(source => source is null) ? "There is nothing to analyse: give --record FILE, --run DIR, --items FILE or --result FILE." : "--record, --run, --items and --result are several sources; give one of them.", GateExitCode.Usage);
            var count = parsed.GetValue(epochs);
            if (count is < 1 or > 1000) throw new UserErrorException(Invariant($"--epochs is {count}; it must lie in 1 to 1000."), GateExitCode.Usage);
            var looked = parsed.GetValue(triage) is { } list ? DynamicsRecord.ReadTriage(list) : null;
            var found = sources switch
            {
                [{ } file, ..] => DynamicsRecord.Read(file, Path.GetFileName(file), looked),
                [_, { } folder, ..] => OfRun(folder, looked),
                [_, _, { } texts, _] => NgramDynamics.Record(StrataQuestions.Read(texts, ItemColumns.Of(parsed.GetValue(columns)), needsHardness: false), count, RecorderSeed, cancellationToken).With(looked, parsed.GetValue(triage) ?? ""),
                _ => AnalysisFile.Read<DynamicsResult>(sources[3]!).With(looked, parsed.GetValue(triage) ?? ""),
            };
            if (parsed.GetValue(destination) is { } path) AnalysisFile.Write(found, path);
            if (parsed.GetValue(suspects) is { } suspected) DynamicsLists.WriteSuspected(found, suspected);
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
        }, cancellationToken));
        return command;
    }

    private static DynamicsResult OfRun(string run, IReadOnlyDictionary<string, Triage>? looked)
    {
        var folder = Directory.Exists(run) ? run : Path.Combine(StoreLocation.FromEnvironment(), "runs", run);
        var file = Path.Combine(folder, RunLayout.Dynamics);
        if (!Directory.Exists(folder)) throw new UserErrorException($"'{run}' is neither a folder nor the digest of a run in the store ({StoreLocation.FromEnvironment()}).");
        if (!File.Exists(file)) throw new UserErrorException($"The run in {folder} recorded no dynamics. Set options.record_dynamics to answer or token in its recipe and train again.");
        return DynamicsRecord.Read(file, $"run {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", looked);
    }
}
