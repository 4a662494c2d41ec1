using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Engine;
using static System.FormattableString;

namespace SafetyGate.SpeedBench;

/// <summary>Models of real shapes beside their peers: decoding by batch, GRPO, SFT, evaluation, KL and loading, with the share of what the machine can do.</summary>
internal static class RealPage
{
    // What matters most first: a run that is cut off leaves the page so far.
    private static readonly string[] Kinds = ["decode", "grpo", "sft", "eval", "load", "kl"];
    private static TimeSpan s_patience = Timeout.InfiniteTimeSpan; // with each process

    /// <summary>Prints a Markdown page; --out FILE writes it too, and every figure as JSON beside it. A process of --work-seconds is ended.</summary>
    /// <returns>Exit status: 1 when work of ours failed.</returns>
    public static int Run(string[] args)
    {
        TensorEngine.Start();
        var device = Arguments.Option(args, "--device") ?? "cpu";
        var isCpu = device == "cpu";
        var sizes = (Arguments.Option(args, "--size") ?? (isCpu ? "25m" : "0.5b")).Split(',');
        if (Array.Find(sizes, size => !RealModel.Sizes.Contains(size)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no size '{unknown}'; sizes are {string.Join(", ", RealModel.Sizes)}.");
            return 64;
        }
        if (Arguments.Option(args, "--work-seconds") is { } limit) s_patience = TimeSpan.FromSeconds(double.Parse(limit, CultureInfo.InvariantCulture));
        var dtype = Arguments.Option(args, "--dtype") ?? (isCpu ? "float32" : "bfloat16");
        var works = Arguments.Option(args, "--works")?.Split(',') ?? Kinds;
        var models = Arguments.Option(args, "--models") ?? Path.Combine(Path.GetTempPath(), "safetygate-models");
        var settings = isCpu ? RealSettings.Small : new RealSettings();
        Directory.CreateDirectory(models);
        var settingsFile = Path.Combine(models, isCpu ? "small.json" : "settings.json");
        settings.Write(settingsFile);

        var peak = Lines(Self("work", "peak", ".", device, dtype, settingsFile)).Rows.FirstOrDefault();
        var (tflops, gigabytes) = peak.ValueKind == JsonValueKind.Object ? (peak.GetProperty("tflops").GetDouble(), peak.GetProperty("gigabytes").GetDouble()) : (double.NaN, double.NaN);
        var whyNoPeer = Arguments.Option(args, "--no-peers") is not null ? "left out" : WhyNoPeer(device);
        List<string> page =
        [
            $"# Models of real shapes, {device}",
            "",
            $"Command: `dotnet run --project bench/Speed -- real {string.Join(' ', args)}`".TrimEnd('`', ' ') + "`",
            "",
            Invariant($"{Machine(device)}, {TensorEngine.Describe().Engine}, {dtype}; a product reached {tflops:0.000} TFLOP/s, a copy {gigabytes:0} GB/s. Peer: {whyNoPeer ?? "torch and transformers of this machine, the same work (bench/peers/transformers_peer.py)"}."),
            "Each kind of work runs in a process of its own; the first round warms up. Memory is the process's peak on the CPU, what the device had taken at the end on a GPU. Share: of the measured copy for decoding (weights and the keys and values read at each step), of the measured product for training (SFT: 6 · parameters · tokens; recomputation is not counted).",
        ];
        var failed = false;
        var figures = new JsonArray();
        foreach (var size in sizes)
        {
            var directory = Path.Combine(models, size);
            if (Lines(Self("model", size, directory, "--device", device)).Status != 0) return 1;
            var shape = new RealShape(directory, dtype);
            page.AddRange(["", Invariant($"## {size}: {shape.Parameters:N0} parameters"), "", "| work | seconds | speed | GiB | share | peer seconds | peer GiB | faster than the peer |", "|---|---|---|---|---|---|---|---|"]);
            var notes = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var work in works)
            {
                var ours = Lines(Self("work", work, directory, device, dtype, settingsFile));
                foreach (var row in ours.Rows) figures.Add(Figure(size, "ours", row));
                var peers = whyNoPeer is null ? Lines(Peer(work, directory, device, dtype, settingsFile)) : ([], 0, "");
                foreach (var row in peers.Rows) figures.Add(Figure(size, "peer", row));
                if (ours.Status != 0)
                {
                    failed = true;
                    page.Add($"| {work} | FAILED: {ours.LastWords} | | | | | | |");
                }
                foreach (var group in ours.Rows.GroupBy(row => row.GetProperty("work").GetString()!).Where(group => group.Key != "load" || work == "load"))
                {
                    var (seconds, memory) = Median(group);
                    var other = peers.Rows.Where(row => row.GetProperty("work").GetString() == group.Key).ToList();
                    var (peerSeconds, peerMemory) = other.Count > 0 ? Median(other) : (double.NaN, double.NaN);
                    foreach (var note in group.Select(row => row.GetProperty("note").GetString()!).Where(note => note.Length > 0)) notes.Add(note);
                    page.Add(Invariant($"| {group.Key} | {seconds:0.000} | {shape.Speed(group.Key, seconds, settings)} | {Shown(memory, "0.0")} | {shape.Share(group.Key, seconds, settings, tflops, gigabytes)} | {Shown(peerSeconds, "0.000")} | {Shown(peerMemory, "0.0")} | {Shown(peerSeconds / seconds, "0.0")} |"));
                }
                if (whyNoPeer is null && peers.Status != 0) page.Add($"| {work} of the peer | failed: {peers.LastWords} | | | | | | |");
                Save(args, page);
                SaveFigures(args, figures, device, dtype, tflops, gigabytes);
            }
            if (notes.Count > 0) page.AddRange(["", $"Decoding: {string.Join("; ", notes)}."]);
        }
        Console.Write(Save(args, page));
        return failed ? 1 : 0;
    }

    private static string Save(string[] args, List<string> page)
    {
        var text = string.Join('\n', page) + "\n";
        if (Arguments.Option(args, "--out") is not { } path) return text;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, text);
        return text;
    }

    private static JsonObject Figure(string size, string whose, JsonElement row)
    {
        var figure = new JsonObject { ["size"] = size, ["of"] = whose };
        foreach (var field in row.EnumerateObject()) figure[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        return figure;
    }

    private static void SaveFigures(string[] args, JsonArray figures, string device, string dtype, double tflops, double gigabytes)
    {
        if (Arguments.Option(args, "--out") is not { } path) return;
        var all = new JsonObject { ["device"] = device, ["dtype"] = dtype, ["figures"] = figures.DeepClone() };
        if (double.IsFinite(tflops)) (all["product_tflops"], all["copy_gigabytes"]) = (tflops, gigabytes);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), all.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    private static string Shown(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    private static (double Seconds, double Memory) Median(IEnumerable<JsonElement> rows)
    {
        double[] seconds = [.. rows.Select(row => row.GetProperty("seconds").GetDouble()).Order()];
        return ((seconds[(seconds.Length - 1) / 2] + seconds[seconds.Length / 2]) / 2, rows.Max(row => row.GetProperty("peak_gib") is { ValueKind: JsonValueKind.Number } peak ? peak.GetDouble() : double.NaN));
    }

    private static string Machine(string device)
    {
        if (device == "cpu") return Invariant($"{Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}");
        return Lines(new ProcessStartInfo("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"])).LastWords is { Length: > 0 } name ? name : "an unknown GPU";
    }

    private static string? WhyNoPeer(string device)
    {
        var check = Lines(new ProcessStartInfo("python3", ["-c", $"import torch, transformers; assert '{device}' == 'cpu' or torch.cuda.is_available()"]));
        return check.Status == 0 ? null : "none; python3 cannot import torch and transformers here";
    }

    private static ProcessStartInfo Peer(string work, string directory, string device, string dtype, string settings)
    {
        var script = Path.Combine(Root(), "bench", "peers", "transformers_peer.py");
        return new ProcessStartInfo("python3", [script, work, directory, device, dtype, settings]);
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(Path.Combine(folder, "bench", "peers"))) return folder;
        return ".";
    }

    // This program, or the one it is part of.
    private static ProcessStartInfo Self(params string[] args)
    {
        var entry = Assembly.GetEntryAssembly()!;
        string[] own = entry == typeof(RealPage).Assembly ? args : ["bench", .. args];
        var path = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? new ProcessStartInfo(path, [entry.Location, .. own]) : new ProcessStartInfo(path, own);
    }

    // The JSON lines of a process's output, its status, and the last line of either stream that is none.
    private static (List<JsonElement> Rows, int Status, string LastWords) Lines(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        try
        {
            using var process = Process.Start(start)!;
            var (rows, words, error) = (new List<JsonElement>(), "", "");
            process.ErrorDataReceived += (_, line) => error = string.IsNullOrWhiteSpace(line.Data) ? error : line.Data;
            process.BeginErrorReadLine();
            var late = false;
            using var patience = new Timer(_ =>
            {
                late = true;
                process.Kill(entireProcessTree: true);
            }, null, s_patience, Timeout.InfiniteTimeSpan);
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith('{')) rows.Add(JsonSerializer.Deserialize<JsonElement>(line));
                else if (line.Length > 0) words = line;
            }
            process.WaitForExit();
            if (late) return (rows, 124, Invariant($"ended after {s_patience.TotalSeconds:0} seconds"));
            return (rows, process.ExitCode, error.Length > 0 ? error.Replace("|", "/", StringComparison.Ordinal) : words);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return ([], 127, e.Message);
        }
    }
}
