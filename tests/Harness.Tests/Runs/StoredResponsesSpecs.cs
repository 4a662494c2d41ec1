using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>Responses of an evaluation that was stopped: gone on with only where they are this evaluation's, as they were saved, under the store's key.</summary>
public sealed class StoredResponsesSpecs : IDisposable
{
    private const string TeamKey = "the key of the whole team";
    private static readonly Response[] Some = [.. Enumerable.Range(0, 3).Select(i => new Response { PromptId = $"{i}", Text = $"answer {i}", FinishReason = FinishReason.Stop, Tokens = 2 })];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private StoredResponses Of(string key, string? seal = null) => new(_folder["evaluations"], key, new JsonObject { ["of"] = key }, StoreTrust.FromEnvironment(), new StoreSeal(seal));

    private string Unfinished(string key) => Path.Combine(_folder["evaluations"], key + ".unfinished.jsonl");

    [Fact]
    public void They_are_those_that_were_saved()
    {
        Assert.Empty(Of("a").ReadUnfinished());
        Of("a").WriteUnfinished(Some);
        Assert.Equal(Some, Of("a").ReadUnfinished());
        Assert.Empty(Of("b").ReadUnfinished());
    }

    [Fact]
    public void Those_of_another_evaluation_are_not_taken_under_this_one_s_name()
    {
        Of("a").WriteUnfinished(Some);
        File.Copy(Unfinished("a"), Unfinished("b"));
        Assert.Empty(Of("b").ReadUnfinished());
    }

    [Fact]
    public void A_signed_store_takes_those_under_its_key_only()
    {
        Of("a").WriteUnfinished(Some);
        Assert.Empty(Of("a", TeamKey).ReadUnfinished());
        Of("a", TeamKey).WriteUnfinished(Some);
        Assert.Equal(Some, Of("a", TeamKey).ReadUnfinished());
        Assert.Empty(Of("a", "a key that somebody else has").ReadUnfinished());
        Assert.Equal(Some, Of("a").ReadUnfinished()); // a store without a key asks for none
    }
}
