// Prints the page of surviving mutants (docs/mutation.md) from the reports of bench/mutation/run.sh.
// dotnet run bench/mutation/page.cs -- <folder of reports> <survivors.tsv>
// A survivor that survivors.tsv has no word for is named on standard error and makes the exit code 1; a word for a mutant that no longer survives is named as well.
using System.Globalization;
using System.Text.Json;

if (args is not [var reports, var wordsFile])
{
    Console.Error.WriteLine("usage: dotnet run bench/mutation/page.cs -- <folder of reports> <survivors.tsv>");
    return 64;
}

var words = File.ReadLines(wordsFile).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToDictionary(c => (c[0], c[1], c[2]), c => c[3]);
var used = new HashSet<(string, string, string)>();
var (tables, lists, wordless) = (new List<string>(), new List<string>(), new List<string>());
var all = new Dictionary<string, int>(StringComparer.Ordinal);
foreach (var folder in Directory.GetDirectories(reports).Where(folder => Path.GetFileName(folder)[0] != '.').Order(StringComparer.Ordinal))
{
    using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reports", "mutation-report.json")));
    var counts = new Dictionary<string, int>(StringComparer.Ordinal);
    var rows = new List<string>();
    foreach (var file in report.RootElement.GetProperty("files").EnumerateObject().OrderBy(f => f.Name, StringComparer.Ordinal))
    {
        var name = file.Name.Replace('\\', '/');
        name = name.Contains("src/Harness/", StringComparison.Ordinal) ? name[(name.IndexOf("src/Harness/", StringComparison.Ordinal) + "src/Harness/".Length)..] : name;
        var source = file.Value.GetProperty("source").GetString()!.Split('\n');
        foreach (var mutant in file.Value.GetProperty("mutants").EnumerateArray())
        {
            var status = mutant.GetProperty("status").GetString()!;
            counts[status] = counts.GetValueOrDefault(status) + 1;
            if (status is not ("Survived" or "NoCoverage")) continue;
            var (original, replacement) = (OneLine(Original(source, mutant.GetProperty("location"))), OneLine(mutant.GetProperty("replacement").GetString()!));
            var key = (name, original, replacement);
            used.Add(key);
            if (!words.TryGetValue(key, out var word)) wordless.Add(string.Join('\t', name, original, replacement));
            var line = mutant.GetProperty("location").GetProperty("start").GetProperty("line").GetInt32();
            rows.Add(Text($"| {name}:{line} | {Code(original)} | {Code(replacement)} | {(status == "NoCoverage" ? "not reached; " : "")}{word ?? "?"} |"));
        }
    }

    foreach (var (status, count) in counts) all[status] = all.GetValueOrDefault(status) + count;
    var made = Path.Combine(folder, "made.txt");
    tables.Add(Row(Path.GetFileName(folder), counts, File.Exists(made) ? string.Join("; ", File.ReadLines(made)) : "?"));
    if (rows.Count > 0) lists.AddRange([$"## {Path.GetFileName(folder)}", "", "| at | was | became | why it is left |", "| --- | --- | --- | --- |", .. rows, ""]);
}

Console.Write(string.Join('\n', [
    "# What the tests would notice", "",
    "Written by `bench/mutation/run.sh` (dotnet-stryker, its version pinned there). Each mutant is one small change of the product's code; it is killed when a test fails with it.",
    "The score is killed and timed out of killed, timed out, survived and not covered. A mutant that does not compile is not counted. Every survivor is listed with a word; `bench/mutation/survivors.tsv` holds the words, and the command fails on one without.",
    "The command runs a copy of the tool that `bench/mutation/faster.cs` changed: its switch is read without a search, the mutated assembly runs optimized, and a mutant of what a process makes once, such as a static table, is never switched on; it survives. The first test that fails ends a mutant's run.",
    "`made at` is the commit of a folder's run. Where mutants that were left were tried again after specs were added (`bench/mutation/run.sh --again`), a mutant killed before counts as killed still.",
    "", "| folder of src/Harness | killed | timed out | survived | not covered | score | does not compile | made at |", "| --- | --- | --- | --- | --- | --- | --- | --- |",
    .. tables, Row("together", all, ""), "", .. lists]));
foreach (var survivor in wordless) Console.Error.WriteLine($"no word: {survivor}");
foreach (var key in words.Keys.Where(k => !used.Contains(k))) Console.Error.WriteLine($"no such survivor: {string.Join('\t', key.Item1, key.Item2, key.Item3)}");
return wordless.Count == 0 ? 0 : 1;

static string Row(string name, Dictionary<string, int> counts, string made)
{
    int Of(string status) => counts.GetValueOrDefault(status);
    var killed = Of("Killed") + Of("Timeout");
    var total = killed + Of("Survived") + Of("NoCoverage");
    return Text($"| {name} | {Of("Killed")} | {Of("Timeout")} | {Of("Survived")} | {Of("NoCoverage")} | {(total == 0 ? double.NaN : 100.0 * killed / total):0.0} % | {Of("CompileError")} | {made} |");
}

static string Original(string[] source, JsonElement location)
{
    var (start, end) = (location.GetProperty("start"), location.GetProperty("end"));
    int first = start.GetProperty("line").GetInt32() - 1, last = end.GetProperty("line").GetInt32() - 1;
    int from = start.GetProperty("column").GetInt32() - 1, to = end.GetProperty("column").GetInt32() - 1;
    return first == last ? source[first][from..to] : string.Join(' ', [source[first][from..], .. source[(first + 1)..last], source[last][..to]]);
}

static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

static string Code(string text)
{
    var cut = text.Length <= 120 ? text : text[..117] + "...";
    return cut.Length == 0 ? "nothing" : "`` " + cut.Replace("|", "\\|", StringComparison.Ordinal) + " ``";
}

static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
