using System.CommandLine;
using System.Text.Json;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Rescoring;
using SafetyGate.Harness.Runs;
using SafetyGate.Verifiers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate rescore</c>: scores stored responses again, without any model, and lists the verdicts that would move.</summary>
internal static class RescoreCommand
{
    public static Command Create(GateOutput output)
    {
        var store = new Option<string?>("--store")
        {
            Description = $"The run store; by default ${StoreLocation.Variable}, or a folder of the user's cache.",
            HelpName = "DIR"
        };
        var scorer = new Option<string?>("--scorer") { Description = "Only metrics of this scorer." };
        BuiltIn.Register();
        scorer.AcceptOnlyFromAmong([.. Scorers.ScorerNames]);
        var run = new Option<string?>("--run")
        {
            Description = "Only this run of the store; by default every run of a recipe that has a baseline.",
            HelpName = "DIGEST"
        };
        var baselines = BaselineFolder.Option();
        var receive = new Option<bool>("--receive")
        {
            Description = "Leave a received file beside each baseline that the present scorer changes, to be approved."
        };
        var json = CommandParts.JsonOption();
        var command = new Command("rescore",
            "After a change of a scorer: score stored responses again, without any model, and list the verdicts that would move.")
        {
            store, scorer, run, baselines, receive, json
        };
        command.SetAction(parsed =>
        {
            var root = Path.GetFullPath(parsed.GetValue(store) ?? StoreLocation.FromEnvironment());
            if (!Directory.Exists(root)) throw new UserErrorException($"There is no run store at {root}. Name one with --store or {StoreLocation.Variable}, or run the specs ('{GateCommandName.Test}').");
            var judged = JudgedFolders.OfBaselines(parsed.GetValue(baselines));
            if (judged.Repository is not null) output.Error.WriteLine($"{judged.Words}"); // the output may be JSON
            var folder = new BaselineStore(judged.Baselines);
            var approved = Approved(folder, parsed.GetValue(scorer));
            var report = Report(root, approved, parsed.GetValue(run));
            var received = parsed.GetValue(receive) ? Receive(folder, report) : [];
            if (parsed.GetValue(json)) output.WriteJson(RescoreJson.Of(report, received));
            else RescoreTable.Write(output, report, received);
            return report.ExitCode;
        });
        return command;
    }

    private static List<(BaselineKey Key, ResultDocument Document)> Approved(BaselineStore folder, string? scorer)
    {
        List<(BaselineKey, ResultDocument)> approved = [];
        foreach (var (file, status) in folder.All())
        {
            var path = Path.Combine(folder.Directory, file);
            if (status != BaselineStatus.Approved) throw new UserErrorException($"{path} is {status}; only approved baselines are scored again. '{GateCommandName.Text} check' lists what to do.", GateExitCode.NotComparable);
            var document = ResultFile.Read(path);
            if (document is not { Spec: { } spec, Test: { } test })
                throw new UserErrorException($"{path} does not name its spec and test.");
            var chosen = document.Metrics.Where(m => scorer is null || m.Measurement.Scorer == scorer).ToList();
            if (chosen.Count > 0) approved.Add((new(spec, test), document with { Metrics = chosen }));
        }

        if (approved.Count == 0) throw new UserErrorException($"{folder.Directory} holds no approved baseline{(scorer is null ? "" : $" scored by '{scorer}'")}, so there is nothing to score again.", GateExitCode.NotComparable);
        return approved;
    }

    private static RescoringReport Report(string root, IReadOnlyList<(BaselineKey Key, ResultDocument Document)> approved, string? run)
    {
        var targets = BenchmarkNames.Targets();
        var asked = targets.SelectMany(t => t.Asked).Select(b => b.Digest).ToHashSet(StringComparer.Ordinal);
        var archive = new ResponseArchive(StoredEvaluation.Folders(root).SelectMany(StoredEvaluation.AllIn), asked);
        var names = approved.Select(a => a.Document.Recipe?.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var runs = StoredEvaluation.Folders(root, run).Select(Path.GetDirectoryName)
            .Where(d => File.Exists(Path.Combine(d!, RunLayout.Record)))
            .Select(d => (Record: RecordIn(d!), Evaluations: StoredEvaluation.AllIn(Path.Combine(d!, RunLayout.Evaluations))))
                .Where(r => names.Contains(r.Record.Name));
        return RescoringReport.Of(new Rescorer(targets, [.. Scorers.ScorerNames.Select(Scorers.Scorer)]), approved, archive, runs);
    }

    private static RunRecord RecordIn(string directory)
    {
        var path = Path.Combine(directory, RunLayout.Record);
        try
        {
            return RunRecord.Parse(BoundedFile.ReadText(path));
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"{path} is not the record of a run: {e.Message}. Remove the run's folder; the next run of the specs trains again.", e);
        }
    }

    // Only whole files: a baseline with a metric that cannot be scored again stays unchanged.
    private static List<string> Receive(BaselineStore folder, RescoringReport report)
    {
        List<string> received = [];
        foreach (var file in report.Baselines.GroupBy(b => b.Key))
        {
            var whole = ResultFile.Read(folder.VerifiedPath(file.Key));
            var again = file.ToDictionary(b => b.Result.Measurement.Metric, b => b.Metric.After, StringComparer.Ordinal);
            if (whole.Metrics.Any(m => again.GetValueOrDefault(m.Measurement.Metric) is null)) continue;
            if (file.All(b => b.Metric.Changed.Count == 0 && b.Metric.After!.ScorerVersion == b.Metric.Before.ScorerVersion)) continue;
            received.Add(folder.Receive(file.Key,
                whole with { Metrics = [.. whole.Metrics.Select(m => m with { Measurement = again[m.Measurement.Metric]! })] }));
        }

        return received;
    }
}
