using SafetyGate.Harness.Evaluation;
using SafetyGate.Analysis.Results;
using System.CommandLine;
using System.Text;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Safety.Pages;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study safety</c>: ways of tuning side by side at matched accuracy, from a file of recipes (docs/studies.md).</summary>
internal sealed class SafetyStudyCommand
{
    private const string PocketStudy = "docs/examples/study-pocket.json";

    private readonly Argument<string?> _study = new("STUDY.json") { Description = $"The study; {PocketStudy} when left out.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _quick = new("--quick") { Description = "Fewer arms and seeds, as the file says." };
    private readonly Option<string[]> _arms = new("--arms") { Description = "Only these arms, by name.", HelpName = "ARM", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _seeds = new("--seeds") { Description = "Most seeds of an arm." };
    private readonly Option<string> _shard = new("--shard") { Description = "Carry out only the I-th of N parts of the runs, so that machines can share them.", HelpName = "I/N", DefaultValueFactory = _ => "1/1" };
    private readonly Option<string?> _records = new("--records") { Description = "A folder for the runs' records beside the store: what machines exchange. A record there is taken whatever machine made it.", HelpName = "DIR" };
    private readonly Option<string[]> _set = new("--set") { Description = "A value of the file, such as a path: NAME=VALUE. May be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<string?> _out = new("--out") { Description = "Where to write the page; its plots and its JSON go beside it. Standard output, and no other file, when left out.", HelpName = "FILE.md" };
    private readonly ClusterParts _cluster = new();
    private readonly Option<bool> _list = new("--list") { Description = "Print the runs and what they would be keyed by; train nothing." };
    private readonly GateOutput _output;

    private SafetyStudyCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new SafetyStudyCommand(output);
        var command = new Command("safety", "Compare ways of tuning at the same accuracy: what each costs the guardrails. Ends with 75 when a run failed.")
        {
            parts._study, parts._quick, parts._arms, parts._seeds, parts._shard, parts._records, parts._set, parts._out, parts._list,
        };
        foreach (var option in parts._cluster.Options) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_study);
        var study = Study.Load(file ?? Path.Combine(PocketPaths.Find().Root, PocketStudy), Values(parsed.GetValue(_set) ?? []));
        if (parsed.GetValue(_seeds) is < 1 and var none) throw new UserErrorException(Invariant($"--seeds is {none}; it must be 1 or more."), GateExitCode.Usage);
        var arms = parsed.GetValue(_arms) is { Length: > 0 } named ? named.SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToList() : null;
        var units = study.Units(parsed.GetValue(_quick), arms, parsed.GetValue(_seeds));
        if (units.Count == 0) throw new UserErrorException($"No arm of {study.File} is left; --quick leaves out arms with quick_seeds 0.", GateExitCode.Usage);
        var shard = Shard.Parse(parsed.GetValue(_shard)!, "--shard");
        var page = parsed.GetValue(_out);
        if (page is not null && Path.GetExtension(page) != ".md") throw new UserErrorException($"--out is '{page}'; it must end in .md: the plots and the JSON take its name.", GateExitCode.Usage);
        if (parsed.GetValue(_list))
        {
            foreach (var unit in shard.Of(units)) _output.Out.WriteLine($"{unit.Name}");
            return GateExitCode.Passed;
        }

        if (!_cluster.IsHere(parsed) && parsed.GetResult(_shard) is { Implicit: false }) throw new UserErrorException("--on shares the runs among the tasks itself; leave --shard out.", GateExitCode.Usage);
        var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
        var safety = new SafetyStudy(study, store, new StudyRecords(store, parsed.GetValue(_records)));
        return await _cluster.RunAsync(_output, parsed, [.. units.Select(unit => Listed(safety, unit))], (to, token) => WholeAsync(to, parsed, study, safety, units, shard, token), cancellationToken);
    }

    private static ListedWork Listed(SafetyStudy safety, StudyUnit unit) => new()
    {
        Name = unit.Name,
        DoAsync = async (begins, progress, cancellationToken) =>
        {
            begins();
            var result = await safety.RunAsync([unit], new Shard(1, 1), progress, cancellationToken);
            return result.Failures is [var failure, ..] ? throw new TrainingFailedException(failure.Reason) : new(result.Made > 0 ? "measured now" : "taken from its record", result.Made > 0);
        },
    };

    private async Task<int> WholeAsync(GateOutput output, ParseResult parsed, Study study, SafetyStudy safety, IReadOnlyList<StudyUnit> units, Shard shard,
        CancellationToken cancellationToken)
    {
        var (file, page) = (parsed.GetValue(_study), parsed.GetValue(_out));
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var result = await safety.RunAsync(units, shard, progress, cancellationToken);
        progress.Close();
        if (!result.IsWhole)
        {
            output.Error.WriteLine($"{result.Runs.Count} of {units.Count} runs are there; {result.Missing.Count} of other parts are not ({string.Join(", ", result.Missing.Take(5))}{(result.Missing.Count > 5 ? ", …" : "")}). The page is written when all are: run this with the same --records folder, or the same store, after the other parts.");
            return result.Failures.Count == 0 ? GateExitCode.Passed : GateExitCode.TrainingFailed;
        }

        if (result.Runs.Count == 0) throw new UserErrorException("No run was finished, so there is nothing to show; the warnings above say why.", GateExitCode.TrainingFailed);
        var summary = new StudySummary(study, result, safety.MetricsOf);
        var name = page is null ? study.Settings.Name : Path.GetFileNameWithoutExtension(page);
        var files = StudyPage.Files(summary, Words(parsed, file, page), name);
        if (page is null) output.Out.Write(files[".md"]);
        else
            foreach (var (end, text) in files)
                WholeFile.Write(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(page))!, name + end), Encoding.UTF8.GetBytes(text));
        return result.Failures.Count == 0 ? GateExitCode.Passed : GateExitCode.TrainingFailed;
    }

    // Paths that are there are meant from the current folder; in the file they are relative to it.
    private static Dictionary<string, string> Values(IEnumerable<string> given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var cut = text.IndexOf('=', StringComparison.Ordinal);
            if (cut < 1) throw new UserErrorException($"--set is '{text}'; it must be NAME=VALUE.", GateExitCode.Usage);
            var value = text[(cut + 1)..];
            if (!values.TryAdd(text[..cut], Path.Exists(value) ? Path.GetFullPath(value) : value))
                throw new UserErrorException($"--set gives '{text[..cut]}' twice.", GateExitCode.Usage);
        }

        return values;
    }

    // Without what differs between machines that made the same page.
    private string Words(ParseResult parsed, string? file, string? page)
    {
        var words = new List<string> { "./gate study safety" };
        if (file is not null) words.Add(file);
        if (parsed.GetValue(_quick)) words.Add("--quick");
        if (parsed.GetValue(_arms) is { Length: > 0 } arms) words.Add("--arms " + string.Join(' ', arms));
        if (parsed.GetValue(_seeds) is { } seeds) words.Add(Invariant($"--seeds {seeds}"));
        foreach (var set in parsed.GetValue(_set) ?? []) words.Add($"--set {set.Split('=')[0]}=…");
        if (page is not null) words.Add($"--out {page}");
        return string.Join(' ', words);
    }
}
