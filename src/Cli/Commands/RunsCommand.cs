using System.CommandLine;
using System.Text.Json;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate runs list|show|prune</c>: what the run store holds.</summary>
internal sealed class RunsCommand
{
    private const double LongestAge = 36_500;
    private const int ShownForeign = 3;
    private readonly Option<string?> _store = new("--store") { Description = $"The store; by default ${StoreLocation.Variable}, else safetygate in the user's cache folder.", HelpName = "DIR" };
    private readonly Option<bool> _json = CommandParts.JsonOption();
    private readonly Argument<string> _run = new("RUN") { Description = "A recipe's name, or the first digits of a run's digest." };
    private readonly Argument<string[]> _runs = new("RUN") { Description = "Runs to remove, by name or first digits of the digest.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<double?> _olderThan = new("--older-than") { Description = "Runs of which no file was written for so many days.", HelpName = "DAYS" };
    private readonly Option<bool> _interrupted = new("--interrupted") { Description = "Runs that began and no process trains; they could be resumed." };
    private readonly Option<bool> _corrupt = new("--corrupt") { Description = "Runs that nothing takes any more." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only list what would go." };
    private readonly GateOutput _output;

    private RunsCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new RunsCommand(output);
        var list = new Command("list", "All runs, the last written first.") { parts._store, parts._json };
        var show = new Command("show", "What one run was made of, what it logged, and its files.") { parts._run, parts._store };
        var prune = new Command("prune", "Remove runs: those named, or all that one of the options means. A run in training stays; a removal that was cut off is ended.") { parts._runs, parts._olderThan, parts._interrupted, parts._corrupt, parts._dryRun, parts._store };
        list.SetAction(parts.List);
        show.SetAction(parts.Show);
        prune.SetAction(parts.Prune);
        return new Command("runs", "What the run store holds.") { list, show, prune };
    }

    private StoreInventory Inventory(ParseResult parsed) => new(parsed.GetValue(_store) ?? StoreLocation.FromEnvironment());

    private int List(ParseResult parsed)
    {
        var inventory = Inventory(parsed);
        var runs = inventory.Runs();
        if (parsed.GetValue(_json))
        {
            _output.WriteJson(JsonSerializer.Serialize(runs.Select(run => new
            {
                digest = run.Digest,
                state = Words(run.State),
                name = run.Record?.Name,
                seed = run.Record?.Seed,
                steps = run.Record?.Steps,
                weights = run.Record?.Model.WeightsDigest,
                bytes = run.Bytes,
                last_written = run.LastWritten.UtcDateTime,
                folder = run.Folder,
                problem = run.Problem,
            })) + "\n");
            return GateExitCode.Passed;
        }

        foreach (var run in runs) Print(run);
        _output.Out.WriteLine($"{runs.Count} runs, {Size(runs.Sum(run => run.Bytes))} in {inventory.Root}");
        if (inventory.Foreign() is { Count: > 0 } foreign) _output.Out.WriteLine($"{foreign.Count} other {(foreign.Count == 1 ? "entry is no run and stays" : "entries are no runs and stay")}: {string.Join(", ", foreign.Take(ShownForeign))}{(foreign.Count > ShownForeign ? ", …" : "")}");
        return GateExitCode.Passed;
    }

    private int Show(ParseResult parsed)
    {
        var found = Inventory(parsed).Find(parsed.GetRequiredValue(_run));
        if (found.Count > 1)
        {
            foreach (var one in found) Print(one);
            return GateExitCode.Passed;
        }

        var run = found[0];
        _output.Out.WriteLine($"run         {run.Digest} ({Words(run.State)})");
        _output.Out.WriteLine($"folder      {run.Folder}, {Size(run.Bytes)}, last written {run.LastWritten.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        if (run.Problem is { } problem) _output.Out.WriteLine($"problem     {problem}");
        if (run.Record is not { } record) return GateExitCode.Passed;
        _output.Out.WriteLine($"name        {record.Name}, seed {record.Seed}");
        _output.Out.WriteLine($"steps       {record.Steps} in {record.Seconds:0.#} s, {record.Attempts} attempts");
        _output.Out.WriteLine($"computed    {record.Environment.Engine}; {record.Environment.Device}, {record.Environment.Dtype}, {record.Environment.Threads} threads");
        _output.Out.WriteLine($"weights     {record.Model.WeightsDigest}");
        foreach (var (name, value) in record.Metrics.Where(metric => metric.Key != "step")) _output.Out.WriteLine($"{name,-11} {value:G6}");
        foreach (var file in record.Files) _output.Out.WriteLine($"file        {file.Path}, {Size(file.Bytes)}, sha256 {file.Sha256}");
        _output.Out.WriteLine($"evaluations {StoredEvaluation.AllIn(Path.Combine(run.Folder, RunLayout.Evaluations)).Count}");
        _output.Out.WriteLine("recipe");
        foreach (var line in record.Recipe.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }).Split('\n')) _output.Out.WriteLine($"  {line}");
        return GateExitCode.Passed;
    }

    private int Prune(ParseResult parsed)
    {
        var inventory = Inventory(parsed);
        string[] names = parsed.GetValue(_runs) ?? [];
        var (days, dry) = (parsed.GetValue(_olderThan), parsed.GetValue(_dryRun));
        if (days is not (null or (>= 0 and <= LongestAge))) throw new UserErrorException(Invariant($"--older-than is {days}; it must be a number of days from 0 to {LongestAge}."), GateExitCode.Usage);
        if (names.Length == 0 && days is null && !parsed.GetValue(_interrupted) && !parsed.GetValue(_corrupt))
            throw new UserErrorException("Nothing says which runs to remove; name them, or give --older-than DAYS, --interrupted or --corrupt.", GateExitCode.Usage);
        List<StoredRun> found = [.. names.SelectMany(inventory.Find)];
        var named = found.Select(run => run.Folder).ToHashSet(StringComparer.Ordinal);
        foreach (var run in found.Where(run => run.State == StoredRunState.Training)) _output.Error.WriteLine($"{run.Digest} stays: a process trains it");
        var before = days is { } age ? TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(age) : DateTimeOffset.MinValue;
        List<StoredRun> chosen = [.. inventory.Runs().Where(run => run.State != StoredRunState.Training
            && (named.Contains(run.Folder) || run.LastWritten < before || run.State == StoredRunState.HalfRemoved
                || (run.State == StoredRunState.Interrupted && parsed.GetValue(_interrupted)) || (run.State == StoredRunState.Corrupt && parsed.GetValue(_corrupt))))];
        var (removed, bytes) = (0, 0L);
        foreach (var run in chosen)
        {
            if (!dry && !inventory.Remove(run))
            {
                _output.Error.WriteLine($"{run.Digest} stays: a process holds it");
                continue;
            }

            Print(run);
            (removed, bytes) = (removed + 1, bytes + run.Bytes);
        }

        _output.Out.WriteLine($"{removed} runs, {Size(bytes)} {(dry ? "would be removed from" : "removed from")} {inventory.Root}");
        return GateExitCode.Passed;
    }

    private void Print(StoredRun run)
    {
        var digest = run.Digest[..Math.Min(12, run.Digest.Length)];
        if (run.Record is { } record)
            _output.Out.WriteLine($"{digest}  {Words(run.State),-11}  {run.LastWritten.UtcDateTime:yyyy-MM-dd HH:mm}  {Size(run.Bytes),7}  {record.Steps,6} steps  weights {record.Model.WeightsDigest[..Math.Min(12, record.Model.WeightsDigest.Length)]}  {record.Name}, seed {record.Seed}");
        else
            _output.Out.WriteLine($"{digest}  {Words(run.State),-11}  {run.LastWritten.UtcDateTime:yyyy-MM-dd HH:mm}  {Size(run.Bytes),7}  {run.Problem ?? ""}");
    }

    private static string Words(StoredRunState state) => state switch
    {
        StoredRunState.Finished => "finished",
        StoredRunState.Training => "in training",
        StoredRunState.Interrupted => "interrupted",
        StoredRunState.HalfRemoved => "half gone",
        _ => "corrupt",
    };

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => Invariant($"{bytes} B"),
        < 10_000_000 => Invariant($"{bytes / 1e3:0} kB"),
        < 10_000_000_000 => Invariant($"{bytes / 1e6:0} MB"),
        _ => Invariant($"{bytes / 1e9:0} GB"),
    };
}
