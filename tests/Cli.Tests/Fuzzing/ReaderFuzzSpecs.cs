using System.Diagnostics;
using SafetyGate.Core;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>
/// Damaged files through every reader: each is read or refused as bad input, within bounds of time and memory; none is an internal error.
/// <c>SAFETYGATE_FUZZ=1000000 SAFETYGATE_FUZZ_SEED=7 dotnet test tests/Cli.Tests --filter FullyQualifiedName~Fuzz</c> asks for more.
/// </summary>
public sealed class ReaderFuzzSpecs : IDisposable
{
    private const int InputsOfANormalRun = 12_000, LeastInputs = 20;

    // Files of a few thousand bytes. Far above what any of them needs, and far below what a flaw of kind or degree takes.
    private const long MostBytes = 256L << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Targets => [.. FuzzTargets.Weights.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Targets))]
    public async Task Whatever_a_file_holds_it_is_read_or_refused(string target)
    {
        var (whole, read) = new FuzzTargets(_folder).Of(target);
        await read(whole); // the sound file is sound
        var (spoiler, random) = (new Spoiler(whole), new RandomStream(FuzzRun.Seed, "fuzz " + target));
        var inputs = (int)Math.Max(LeastInputs, (long)FuzzRun.Inputs(InputsOfANormalRun) * FuzzTargets.Weights[target] / FuzzTargets.Weights.Values.Sum());
        var (refused, index, current) = (0, 0, whole);
        using var watch = new Timer(_ => End(target, Volatile.Read(ref index), Volatile.Read(ref current)), null, Longest, Timeout.InfiniteTimeSpan);
        for (; index < inputs; index++)
        {
            current = spoiler.Draw(random);
            watch.Change(Longest, Timeout.InfiniteTimeSpan);
            var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
            try
            {
                await read(current);
            }
            catch (Exception problem)
            {
                var (message, code) = GateCommandLine.Explain(problem, CancellationToken.None);
                if (code is GateExitCode.Internal or GateExitCode.CannotWrite) FuzzRun.Fail(target, index, current, $"{message}\n{problem}");
                refused++;
            }

            var took = GC.GetAllocatedBytesForCurrentThread() - before;
            var isOneThread = thread == Environment.CurrentManagedThreadId; // another one's count says nothing of this input
            if (isOneThread && took > MostBytes) FuzzRun.Fail(target, index, current, Invariant($"{current.Length} bytes made {took} bytes of memory"));
        }

        FuzzRun.Say(Invariant($"{target}, {inputs} inputs, {refused} refused"));
    }

    // A reader that does not come back cannot be stopped from outside: its input is kept and the process ends.
    private static void End(string target, int index, byte[] input)
    {
        var path = Path.Combine(Path.GetTempPath(), $"gate-fuzz-{target}.bin");
        File.WriteAllBytes(path, input);
        Environment.FailFast(Invariant($"{target}, input {index}, seed {FuzzRun.Seed}: not read within {Longest.TotalSeconds:0} seconds. The input is kept in {path}."));
    }
}
