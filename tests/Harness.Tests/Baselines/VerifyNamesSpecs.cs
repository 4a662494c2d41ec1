using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>
/// Tools for Verify's snapshots (<c>dotnet verify review</c>, IDE plugins) find a received file by <c>*.received.*</c>, split its name at the
/// first such marker, and show it against <c>NAME.verified.EXTENSION</c> in the same folder. Whatever a test is called, that is its baseline.
/// </summary>
public sealed class VerifyNamesSpecs
{
    public static TheoryData<string, string> Names => new()
    {
        { "HarmfulRequestSpecs", "The_tuned_model_refuses" },
        { "HarmfulRequestSpecs", "The_tuned_model_refuses_suite=pocket-direct" },
        { "HarmfulRequestSpecs", "The_tuned_model_refuses_rate=0.5.training-2" },
        { "HarmfulRequestSpecs", "The_tuned_model_refuses(suite: pocket/direct)" },
        { "Specs", "Core" }, { "Specs", "Net" }, { "Specs", "Holds#00" }, { "Überläufer", "漢字" }, { "S", new string('x', 400) },
        { "Specs", "Holds_file=a.received.json" }, { "Specs", "Holds_file=a.received" }, { "Specs", "Holds_file=a.verified.json" }, { "Specs", "Holds_file=a.verified" },
        { "Specs", "received.Holds" }, { "A.received.B", "Holds" },
    };

    [Theory, MemberData(nameof(Names))]
    public void A_tool_for_Verifys_snapshots_pairs_a_received_result_with_its_baseline_and_no_other(string spec, string test)
    {
        using var folder = new TemporaryFolder();
        var store = new BaselineStore(folder.Path);
        var (key, other) = (new BaselineKey(spec, test), new BaselineKey(spec, test + "_more"));
        var (received, verified) = (store.ReceivedPath(key), store.VerifiedPath(key));
        Assert.Equal(verified, VerifiedOf(received));
        Assert.NotEqual(verified, VerifiedOf(store.ReceivedPath(other)));
        Assert.Equal(Path.GetDirectoryName(received), Path.GetDirectoryName(verified));
        Assert.Equal(Path.GetFileName(received), Assert.Single(Matching(received, verified, ".received.")));
        Assert.Equal(Path.GetFileName(verified), Assert.Single(Matching(received, verified, ".verified.")));
        Assert.DoesNotContain('#', Path.GetFileName(received)); // after it stands, for Verify, which of several targets a file is
    }

    private static IEnumerable<string> Matching(string received, string verified, string marker) =>
        new[] { received, verified }.Select(path => Path.GetFileName(path)).Where(name => name.Contains(marker, StringComparison.Ordinal));

    private static string VerifiedOf(string received)
    {
        const string marker = ".received.";
        var name = Path.GetFileName(received);
        var at = name.IndexOf(marker, StringComparison.Ordinal);
        return Path.Combine(Path.GetDirectoryName(received)!, $"{name[..at]}.verified.{name[(at + marker.Length)..]}");
    }
}
