using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Runs that are larger than memory: refused before anything is loaded, or ended in the middle by a real failure to allocate.</summary>
public sealed class MemoryRunSpecs : IDisposable
{
    private const int AddressSpace = 9; // RLIMIT_AS
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_larger_than_memory_is_refused_before_the_weights_are_loaded()
    {
        var cancel = TestContext.Current.CancellationToken;
        var recipe = Recipe("too-large", """{"max_steps": 3, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 2000000000, "micro_batch_tokens": 2000000000, "gradient_checkpointing": false}""");
        using var process = GateProcess.Start(_folder.File("store"), "run", recipe);
        var run = await process.WaitAsync(cancel);
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        var line = run.Error.Split('\n').Single(line => line.StartsWith("gate: ", StringComparison.Ordinal));
        foreach (var part in new[] { "Recipe 'too-large' needs ", " are free on cpu: ", "activations", "Nothing was loaded.", "What would fit: micro_batch_tokens left out (" }) Assert.Contains(part, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fits_says_what_it_needs_and_what_is_free()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = GateProcess.Start(_folder.File("store"), "run", Recipe("fits", """{"max_steps": 1, "learning_rate": 1e-3, "seed": 1}"""));
        var run = await process.WaitAsync(cancel);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches(@"fits, seed 1: memory  needs [\d.]+ [MG]iB of [\d.]+ [MG]iB free on cpu: .*logits chunk .*; each batch in one pass", run.Error);
    }

    // Every chunk of logits is memory that the process asks the system for anew, so a limit below what it takes fails the next one.
    [Fact]
    public async Task Memory_that_ends_in_the_middle_ends_the_run_in_one_line_and_it_resumes_to_the_same_weights()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the memory of a running process, which is Linux's");
        var cancel = TestContext.Current.CancellationToken;
        var recipe = Recipe("starved", """{"max_steps": 8, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 64, "save_steps": 1}""");
        var calm = await FinishedAsync(_folder.File("calm"), recipe, cancel);
        var store = _folder.File("starved");
        // The runtime's own code pages are no part of this: without the option it maps each of them twice.
        using (var process = GateProcess.StartIn(Environment.CurrentDirectory, store, [("DOTNET_EnableWriteXorExecute", "0")], "run", recipe))
        {
            while (!process.HasExited && Rows(store) < 2) await Task.Delay(5, cancel);
            Limit(process.Id, await LeastSizeAsync(process, () => Rows(store) < 4, cancel) + (60L << 20)); // one table of a chunk, not two
            var run = await process.WaitAsync(cancel);
            Assert.True(run.ExitCode == GateExitCode.TrainingFailed, $"{run.ExitCode}: {run.Error}");
            var line = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.Matches("^gate: Out of memory: no room for .+\\. To make it smaller, .*(gradient_checkpointing|micro_batch_tokens|dtype).*\\. Every saved state is intact; the same command resumes from the last one\\.$", line);
        }

        Assert.InRange(Rows(store), 2, 7);
        Assert.Equal(calm, await FinishedAsync(store, recipe, cancel));
    }

    private static async Task<string> FinishedAsync(string store, string recipe, CancellationToken cancel)
    {
        using var process = GateProcess.Start(store, "run", recipe);
        var run = await process.WaitAsync(cancel);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Out.Split('\n').Single(line => line.StartsWith("weights", StringComparison.Ordinal));
    }

    // Between two chunks the process is smallest; on a busy machine a whole step may take long.
    private static async Task<long> LeastSizeAsync(GateProcess process, Func<bool> within, CancellationToken cancel)
    {
        var least = long.MaxValue;
        for (; within() && !process.HasExited; await Task.Delay(1, cancel))
            least = Math.Min(least, Size(process.Id));
        return least;
    }

    private static long Size(int id)
    {
        try
        {
            return File.ReadLines(Invariant($"/proc/{id}/status")).Where(line => line.StartsWith("VmSize:", StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024).FirstOrDefault(long.MaxValue);
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
    }

    private static int Rows(string store)
    {
        var runs = Path.Combine(store, "runs");
        if (!Directory.Exists(runs)) return 0;
        try
        {
            return Directory.EnumerateFiles(runs, "metrics.jsonl", SearchOption.AllDirectories).Select(file => File.ReadLines(file).Count()).DefaultIfEmpty(0).Max();
        }
        catch (IOException)
        {
            return 0; // renamed or replaced while it was read
        }
    }

    private static void Limit(int process, long bytes)
    {
        var limit = new ResourceLimit { Soft = bytes, Hard = -1 };
        Assert.Equal(0, SetLimit(process, AddressSpace, ref limit, 0));
    }

    [DllImport("libc", EntryPoint = "prlimit")]
    private static extern int SetLimit(int process, int resource, ref ResourceLimit limit, nint old);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public long Soft;
        public long Hard;
    }

    // 60,000 tokens of vocabulary: 64 rows have more distributions than one chunk holds.
    private string Recipe(string name, string options)
    {
        var model = Path.Combine(_folder.Path, "model");
        if (!Directory.Exists(model))
        {
            var tiny = TinyCheckpoint.In(_folder, "tiny");
            var config = TinyCheckpoint.Config.Replace("\"vocab_size\":20", "\"vocab_size\":60000", StringComparison.Ordinal);
            using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(config, "config.json"), seed: 7);
            CheckpointWriter.Write(model, decoder.Parameters, new CheckpointFiles { ConfigJson = config, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = File.ReadAllBytes(Path.Combine(tiny, "tokenizer.json")) } });
        }

        var rows = Enumerable.Range(0, 80).Select(i => JsonSerializer.Serialize(new { prompt = i % 2 == 0 ? "why ?" : "how ?", completion = i % 3 == 0 ? "sorry , i cannot help ." : "sure here is how ." }));
        var data = _folder.Write("data.jsonl", string.Join('\n', rows) + "\n");
        return _folder.Write(name + ".json", $$"""
            {"kind": "sft", "name": "{{name}}", "base": {{JsonSerializer.Serialize(model)}}, "data": [{"path": {{JsonSerializer.Serialize(data)}}, "prompt": "prompt", "completion": "completion"}], "template": "plain", "options": {{options}} }
            """);
    }
}
