using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>A KL measurement in the store: read again as it was written, of its own description, and under the store's key only.</summary>
public sealed class StoredKlSpecs : IDisposable
{
    private const string Key = "the key of the whole team";
    private static readonly KlSample[] Samples = [new("a", 0, 8, 0.5, 0.25, 0.125), new("b", 0, 4, 0, -0.5, 0.0625)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private StoredKl With(string? key = null, string of = "one") => new(_folder["kl"], "name", new JsonObject { ["of"] = of }, StoreTrust.FromEnvironment(), new StoreSeal(key));

    [Fact]
    public void Samples_are_read_as_they_were_written_and_of_the_same_measurement_only()
    {
        Assert.Equal((null, null), With().Read());
        With().Write(Samples);
        Assert.Equal(Samples, With().Read().Samples);
        Assert.Equal((null, "its header describes another measurement"), With(of: "two").Read());
        var file = Path.Combine(_folder["kl"], "name.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("0.25", "0.75", StringComparison.Ordinal));
        Assert.Equal((null, "its samples are not those that were written"), With().Read());
    }

    [Fact]
    public void A_signed_store_takes_samples_under_its_key_only()
    {
        With().Write(Samples);
        Assert.Equal((null, StoreSeal.Missing), With(Key).Read());
        With(Key).Write(Samples);
        Assert.Equal(Samples, With(Key).Read().Samples);
        Assert.Equal((null, StoreSeal.Missing), With("a key that somebody else has").Read());
    }
}
