using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>Figures that a study keeps: found again under their own key, as they were written.</summary>
public sealed class KeptFiguresSpecs : IDisposable
{
    private static readonly JsonObject Key = new() { ["run"] = "a" };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private KeptFigures With(string? key = null) => new(new RunStore(_folder["store"], TimeProvider.System, new DigestCache(null), seal: new StoreSeal(key)));

    private string[] Files => Directory.GetFiles(_folder["store", "figures"]);

    [Fact]
    public void Figures_are_those_that_were_kept_and_of_another_key_there_are_none()
    {
        Assert.Null(With().Find<Figures>(Key));
        With().Keep(Key, new Figures(0.5, double.NaN));
        Assert.Equal(new Figures(0.5, double.NaN), With().Find<Figures>(Key));
        Assert.Null(With().Find<Figures>(new() { ["run"] = "b" }));
    }

    [Fact]
    public void A_file_that_was_put_in_the_place_of_another_key_or_damaged_has_none()
    {
        With().Keep(Key, new Figures(0.5, 1));
        var other = new JsonObject { ["run"] = "b" };
        var first = Assert.Single(Files);
        With().Keep(other, new Figures(0.25, 1));
        var second = Assert.Single(Files, file => file != first);
        File.Copy(first, second, overwrite: true);
        Assert.Null(With().Find<Figures>(other));
        File.WriteAllText(first, File.ReadAllText(first)[..^4]);
        Assert.Null(With().Find<Figures>(Key));
    }

    [Fact]
    public void A_signed_store_has_figures_under_its_key_only()
    {
        const string key = "the key of the whole team";
        With().Keep(Key, new Figures(0.5, 1));
        Assert.Null(With(key).Find<Figures>(Key));
        With(key).Keep(Key, new Figures(0.5, 1));
        Assert.NotNull(With(key).Find<Figures>(Key));
        Assert.Null(With("a key that somebody else has").Find<Figures>(Key));
        var file = Assert.Single(Files);
        File.WriteAllText(file, File.ReadAllText(file).Replace("0.5", "0.9", StringComparison.Ordinal));
        Assert.Null(With(key).Find<Figures>(Key));
    }

    private sealed record Figures(double Rate, double Other);
}
