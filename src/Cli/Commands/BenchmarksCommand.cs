using System.CommandLine;
using System.Text.Json;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Catalogs;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate benchmarks list|pull|verify</c>: the public benchmarks of the catalog and their local copies.</summary>
internal sealed class BenchmarksCommand
{
    private readonly Option<string?> _folder = new("--folder")
    {
        Description = $"Where the files are kept; by default {CatalogFolder.Variable}, else benchmarks in the run store.",
        HelpName = "DIR"
    };
    private readonly Option<string?> _catalog = new("--catalog")
    {
        Description = "Another catalog of the same form; by default the one that comes with the command.",
        HelpName = "FILE"
    };
    private readonly Option<bool> _json = CommandParts.JsonOption();
    private readonly Argument<string[]> _names = new("NAME") { Description = "Names of the catalog.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _from = new("--from")
    {
        Description = "Take the file from here, not from its address; its sha256 is checked all the same.",
        HelpName = "FILE"
    };
    private readonly Option<bool> _all = new("--all") { Description = "Everything that has an address." };
    private readonly GateOutput _output;

    private BenchmarksCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new BenchmarksCommand(output);
        var list = new Command("list", "What there is, with license, direction and scorer, and what of it is here.") { parts._folder, parts._catalog, parts._json };
        var pull = new Command("pull", "Fetch benchmarks, or take them from a file: kept only when the sha256 is that of the catalog.") { parts._names, parts._all, parts._from, parts._folder, parts._catalog };
        var verify = new Command("verify", "Read the local copies again and compare their sha256: those named, or all that are here.") { parts._names, parts._folder, parts._catalog };
        list.SetAction(parts.List);
        pull.SetAction(parts.PullAsync);
        verify.SetAction(parts.Verify);
        return new Command("benchmarks", "Public benchmarks: a catalog of addresses and digests, never of content.") { list, pull, verify };
    }

    private CatalogFolder Folder(ParseResult parsed) => new(parsed.GetValue(_folder) ?? CatalogFolder.DefaultPath,
        parsed.GetValue(_catalog) is { } path ? BenchmarkCatalog.Load(path) : null);

    private int List(ParseResult parsed)
    {
        var folder = Folder(parsed);
        if (parsed.GetValue(_json))
        {
            _output.WriteJson(JsonSerializer.Serialize(folder.Catalog.Entries.Select(entry => new
            {
                name = entry.Name,
                title = entry.Title,
                items = entry.Items,
                direction = BenchmarkNames.NameOf(entry.Direction),
                scorer = entry.Scorer,
                licence = entry.License,
                url = entry.Url,
                sha256 = entry.Sha256,
                here = folder.Has(entry),
                derived = entry.Derived,
                citation = entry.Citation,
                notes = entry.Notes,
            })) + "\n");
            return GateExitCode.Passed;
        }

        var width = folder.Catalog.Entries.Max(entry => entry.Name.Length);
        foreach (var entry in folder.Catalog.Entries)
            _output.Out.WriteLine($"{entry.Name.PadRight(width)}  {(folder.Has(entry) ? "here" : "-   ")}  {entry.Items,6} items  {BenchmarkNames.NameOf(entry.Direction),-12}  {entry.Scorer,-11}  {entry.License}{(entry.Derived is null ? "" : "; derived, only with --from")}");
        _output.Out.WriteLine($"files in {folder.Path}; gate benchmarks pull NAME fetches one, gate eval --suite NAME asks it");
        return GateExitCode.Passed;
    }

    private async Task<int> PullAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Folder(parsed);
        var (names, from, all) = (parsed.GetValue(_names) ?? [], parsed.GetValue(_from), parsed.GetValue(_all));
        if (names.Length == 0 == !all) throw new UserErrorException("Name the benchmarks to fetch, or give --all; gate benchmarks list prints the names.", GateExitCode.Usage);
        if (all && from is not null) throw new UserErrorException("--from is one file, and --all is everything; name the benchmark that the file is of.", GateExitCode.Usage);
        var entries = all ? folder.Catalog.Entries.Where(entry => entry.Url is not null).ToList() : [.. names.Distinct(StringComparer.Ordinal).Select(folder.Catalog.Find)];
        if (from is not null && entries.Select(entry => entry.Sha256).Distinct().Skip(1).Any())
            throw new UserErrorException($"--from is one file, but {string.Join(" and ", entries.Select(entry => entry.Name))} are of different files; pull them one by one.", GateExitCode.Usage);
        using var download = new CatalogDownload();
        foreach (var file in entries.GroupBy(entry => entry.File, StringComparer.OrdinalIgnoreCase))
        {
            var bytes = from is null && !IsHere(folder, file.First()) ? await download.GetAsync(file.First(), cancellationToken) : null;
            foreach (var entry in file)
            {
                var benchmark = from is not null ? folder.KeepCopy(entry, from) : bytes is not null ? folder.Keep(entry, bytes, entry.Url!.ToString()) : folder.Load(entry);
                Describe(entry, benchmark, folder, bytes is null && from is null ? "here already" : "kept");
            }
        }

        return GateExitCode.Passed;
    }

    // A copy with other bytes is fetched again.
    private static bool IsHere(CatalogFolder folder, CatalogEntry entry)
    {
        try
        {
            return folder.Has(entry) && folder.Load(entry) is not null;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    private int Verify(ParseResult parsed)
    {
        var folder = Folder(parsed);
        var names = parsed.GetValue(_names) ?? [];
        var entries = names.Length > 0 ? names.Distinct(StringComparer.Ordinal).Select(folder.Catalog.Find).ToList() : [.. folder.Catalog.Entries.Where(folder.Has)];
        if (entries.Count == 0) throw new UserErrorException($"No benchmark of the catalog is in {folder.Path}; there is nothing to verify. Fetch one: gate benchmarks pull NAME.");
        var failed = 0;
        foreach (var entry in entries)
        {
            try
            {
                Describe(entry, folder.Load(entry), folder, "verified");
            }
            catch (UserErrorException e)
            {
                failed++;
                _output.Error.WriteLine($"gate: {e.Message}");
            }
        }

        return failed == 0 ? GateExitCode.Passed : GateExitCode.BadInput;
    }

    private void Describe(CatalogEntry entry, Benchmark benchmark, CatalogFolder folder, string what)
    {
        _output.Out.WriteLine($"{entry.Name}: {what}, {benchmark.Items.Count} items, sha256 {entry.Sha256}, {folder.PathOf(entry)}");
        _output.Out.WriteLine($"  license   {entry.License}");
        if (entry.Citation.Length > 0) _output.Out.WriteLine($"  citation  {entry.Citation}");
        if (entry.Derived is not null) _output.Out.WriteLine($"  derived   {entry.Derived}");
        if (entry.Notes.Length > 0) _output.Out.WriteLine($"  notes     {entry.Notes}");
    }
}
