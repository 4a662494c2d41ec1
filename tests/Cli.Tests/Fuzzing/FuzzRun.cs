using System.Globalization;
using System.Security.Cryptography;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>
/// How many inputs, and from which seed: SAFETYGATE_FUZZ and SAFETYGATE_FUZZ_SEED, otherwise a short run from a new seed each time.
/// What was asked is left under <c>artifacts/seeds</c>, which <c>gate test</c> prints.
/// </summary>
internal static class FuzzRun
{
    private static readonly Lock Writing = new();

    /// <summary>The seed of this run.</summary>
    public static ulong Seed { get; } = Environment.GetEnvironmentVariable("SAFETYGATE_FUZZ_SEED") is { Length: > 0 } given
        ? ulong.Parse(given, CultureInfo.InvariantCulture)
        : BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    /// <summary>Inputs asked for in all, or as many as a normal run has time for.</summary>
    public static int Inputs(int ofANormalRun) =>
        Environment.GetEnvironmentVariable("SAFETYGATE_FUZZ") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : ofANormalRun;

    /// <summary>Says what was done.</summary>
    public static void Say(string what)
    {
        var line = Invariant($"fuzz, seed {Seed}: {what}");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        lock (Writing)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "seeds"));
            File.AppendAllText(Path.Combine(folder.FullName, "fuzz.txt"), line + "\n");
        }
    }

    /// <summary>Keeps an input that was answered wrongly, and fails.</summary>
    public static void Fail(string target, int index, byte[] input, string about)
    {
        var path = Path.Combine(Path.GetTempPath(), $"gate-fuzz-{target}.bin");
        File.WriteAllBytes(path, input);
        Assert.Fail(Invariant($"{target}, input {index}, seed {Seed}: {about}\nThe input is kept in {path}; SAFETYGATE_FUZZ_SEED={Seed} makes it again."));
    }
}
