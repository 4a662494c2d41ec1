using System.Globalization;
using System.Security.Cryptography;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>
/// How many texts, and from which seed: SAFETYGATE_TOKENIZER_TEXTS and SAFETYGATE_TOKENIZER_SEED, otherwise a short run from a new seed
/// each time. What was asked is left under <c>artifacts/seeds</c>, which <c>gate test</c> prints.
/// </summary>
internal static class RandomTextRun
{
    private static readonly Lock Writing = new();

    /// <summary>The seed of this run.</summary>
    public static ulong Seed { get; } = Environment.GetEnvironmentVariable("SAFETYGATE_TOKENIZER_SEED") is { Length: > 0 } given
        ? ulong.Parse(given, CultureInfo.InvariantCulture)
        : BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    /// <summary>Texts asked for, or as many as a normal run has time for.</summary>
    public static int Texts(int ofANormalRun) =>
        Environment.GetEnvironmentVariable("SAFETYGATE_TOKENIZER_TEXTS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : ofANormalRun;

    /// <summary>Fails with the first differences, or says what was compared.</summary>
    public static void Report(string what, int count, IReadOnlyCollection<string> differences)
    {
        Assert.True(differences.Count == 0, FormattableString.Invariant($"{what}: {differences.Count} of {count} differ from the tokenizers library; SAFETYGATE_TOKENIZER_SEED={Seed} makes them again:\n{string.Join('\n', differences.Take(10))}"));
        var line = FormattableString.Invariant($"tokenizers, seed {Seed}: {what}, {count} texts as in the library");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        lock (Writing)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "seeds"));
            File.AppendAllText(Path.Combine(folder.FullName, "tokenizers.txt"), line + "\n");
        }
    }
}
