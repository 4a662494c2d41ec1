using System.Text;

namespace SafetyGate.Torch.Tests.Api;

public class ApiTests
{
    private static readonly string UsedFile = Path.Combine(Repository.Root, "tests", "Torch.Tests", "torchsharp-api-used.txt");

    private static SortedDictionary<string, SortedSet<string>> Ours() =>
        ApiListing.Of(typeof(torch).Assembly.GetExportedTypes().Where(t => t.Namespace is "TorchSharp" or "TorchSharp.Utils"));

    [Fact]
    public void Every_public_type_is_in_TorchSharps_namespace() =>
        typeof(torch).Assembly.GetExportedTypes().Where(t => t.Namespace is not ("TorchSharp" or "TorchSharp.Utils")).Should().BeEmpty();

    [Fact]
    public void The_public_API_is_the_committed_listing()
    {
        var actual = new StringBuilder();
        foreach (var (type, members) in Ours())
        {
            actual.Append(type).Append('\n');
            foreach (var member in members) actual.Append("  ").Append(member).Append('\n');
        }
        var expected = File.Exists(UsedFile) ? File.ReadAllText(UsedFile) : "";
        if (actual.ToString() == expected) return;
        var received = UsedFile.Replace(".txt", ".received.txt", StringComparison.Ordinal);
        File.WriteAllText(received, actual.ToString());
        Assert.Fail($"The public API is not what {Path.GetFileName(UsedFile)} lists; compare it with {Path.GetFileName(received)}, written beside it.");
    }

    [Fact]
    public void Every_listed_member_is_TorchSharps()
    {
        var theirs = ApiListing.Read(Repository.Conformance("torchsharp-api", "0.107.0.txt"));
        var foreign = new List<string>();
        foreach (var (type, members) in ApiListing.Read(UsedFile))
        {
            if (!theirs.TryGetValue(type, out var known)) foreign.Add(type);
            else foreign.AddRange(members.Except(known).Select(m => $"{type} :: {m}"));
        }
        foreign.Should().BeEmpty();
    }
}
