using System.CommandLine;
using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Reports;
using SafetyGate.Models;
using SafetyGate.Studies.Explanations;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate dynamics explanations</c>: do explanations support their answers, by stratum of hardness, and do two readers agree?</summary>
internal static class ExplanationsCommand
{
    public static Command Create(GateOutput output)
    {
        var items = new Option<string>("--items") { Description = "Questions with short answers and explanations: JSONL, CSV or JSON. Two thirds, drawn at random, train the readers; the others are scored.", HelpName = "FILE", Required = true };
        var columns = new Option<string?>("--item-columns") { Description = "Which column holds what, such as prompt=question,answer=label,completion=explanation.", HelpName = "FIELD=COLUMN,…" };
        var steps = new Option<int>("--steps") { Description = "Updates of each reader.", DefaultValueFactory = _ => 600 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the draw and of the readers.", DefaultValueFactory = _ => 1 };
        var model = new Option<string?>("--model") { Description = "A reference that says how grammatical explanations are, against their words shuffled: a directory in Hugging Face layout.", HelpName = "DIR" };
        var strata = new StratumParts();
        var json = CommandParts.JsonOption();
        var destination = new Option<string?>("--out") { Description = "Where to write the result, such as NAME.explanations.json.", HelpName = "FILE" };
        var command = new Command("explanations", "Accuracy of two readers from the explanation alone minus from the question alone, the answer hidden in both; κ of the readers; by stratum.")
        {
            items, columns, steps, seed, model, json, destination,
        };
        foreach (var option in strata.Options) command.Add(option);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            if (parsed.GetValue(steps) is var count and < 1) throw new UserErrorException(Invariant($"--steps is {count}; it must be 1 or more."), GateExitCode.Usage);
            using var reference = parsed.GetValue(model) is { } directory ? PretrainedModel.Load(directory) : null;
            var read = StrataQuestions.Read(parsed.GetRequiredValue(items), ItemColumns.Of(parsed.GetValue(columns)) with { Hardness = strata.Column(parsed) });
            var result = ExplanationScoring.Of(read, strata.Choice(parsed), $"column {strata.Column(parsed)}", parsed.GetValue(steps), parsed.GetValue(seed), reference, cancellationToken);
            if (parsed.GetValue(destination) is { } path) AnalysisFile.Write(result, path);
            if (parsed.GetValue(json)) output.WriteJson(System.Text.Encoding.UTF8.GetString(AnalysisFile.Bytes(result)));
            else SectionTable.Write(output, ExplanationSections.Of(result));
            return GateExitCode.Passed;
        }, cancellationToken));
        return command;
    }
}
