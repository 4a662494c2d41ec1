using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Endpoints;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Served models under the verbs of a training run.</summary>
public sealed class EndpointFixtureSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 400, MetricDirection.Capability));
    private readonly SpecBench _bench = new();
    private readonly List<EndpointFixture> _fixtures = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var fixture in _fixtures) await fixture.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_model_as_good_as_the_one_before_passes()
    {
        var served = await Pair(GoodBut(2), GoodBut(1), Direct);
        (await served.EvaluateAsync(Direct)).Should().NotDegradeFromReference(margin: 0.02, because: "a release must hold");
        (await served.EvaluateAsync(Direct.Benchmark)).Should().BeAtLeast(0.98);
        Assert.All(_bench.Log, verdict => Assert.Equal(Verdict.Passed, verdict.Verdict));
    }

    [Fact]
    public async Task A_model_worse_than_the_one_before_fails_and_both_are_named()
    {
        var served = await Pair(GoodBut(), GoodBut(Enumerable.Range(0, 30)), Direct, Sums);
        var measured = await served.EvaluateAsync(Direct);
        var message = RedVerb.MessageOf(() => measured.Should().NotDegradeFromReference(margin: 0.02));
        Assert.StartsWith("direct, greedy regressed against the untuned reference", message, StringComparison.Ordinal);
        Assert.Contains("served    after at http://after, compared with before at http://before; responses in ", message, StringComparison.Ordinal);
        Assert.Contains("after Holm over 2 comparisons", message, StringComparison.Ordinal);
        measured.Should().HaveRegressedFromReference();
    }

    [Fact]
    public async Task An_improvement_on_the_model_before_is_shown()
    {
        var served = await Pair(GoodBut(Enumerable.Range(0, 40)), GoodBut(), Sums);
        (await served.EvaluateAsync(Sums)).Should().ImproveOnReference();
    }

    [Fact]
    public async Task One_model_is_compared_with_its_approved_result_and_the_first_approved_one_is_its_anchor()
    {
        var first = RedOf(await One("w1", GoodBut(1), Direct));
        Assert.StartsWith("direct, greedy has no approved baseline", first, StringComparison.Ordinal);
        var received = ResultFile.Read(_bench.Baselines.ReceivedPath(SpecName.Current()));
        Assert.Equal((AnchorKind.FirstApproved, "served w1", nameof(BenchEndpoint)), (received.Metrics[0].Gate!.Anchor, received.Model.Name, received.Recipe!.Name));
        _bench.Approve();

        (await One("w2", GoodBut(2), Direct)).Should().NotRegressFromBaseline(margin: 0.02);
        var red = RedOf(await One("w3", GoodBut(Enumerable.Range(0, 40)), Direct));
        Assert.StartsWith("direct, greedy regressed against the approved baseline.", red, StringComparison.Ordinal);
        Assert.Contains("anchor    the first approved result", red, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_revision_again_is_identical_and_its_responses_are_not_asked_for_again()
    {
        RedOf(await One("w1", GoodBut(1), Direct));
        _bench.Approve();
        var again = await One("w1", _ => throw new InvalidOperationException("asked again"), Direct);
        again.Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Equal(VerdictReason.Identical, _bench.Log[^1].Reason);
    }

    [Fact]
    public async Task A_model_whose_weights_nobody_states_is_asked_each_time_and_is_never_identical()
    {
        RedOf(await One("", GoodBut(1), Direct));
        _bench.Approve();
        var again = await One("", GoodBut(1), Direct);
        again.Should().NotRegressFromBaseline(margin: 0.02);
        Assert.Equal(VerdictReason.WithinMargin, _bench.Log[^1].Reason);
        Assert.Contains("its responses are not kept, because nothing states its weights", again.RunLine.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_model_has_no_reference_to_compare_with()
    {
        var measured = await One("w1", GoodBut(), Direct);
        foreach (var verb in new Action[] { () => measured.Should().NotDegradeFromReference(0.02), () => measured.Should().ImproveOnReference(), () => measured.Should().HaveRegressedFromReference() })
            Assert.Contains("Give the fixture the model before as well (before: …, after: …)", Assert.Throws<NotSupportedException>(verb).Message, StringComparison.Ordinal);
        measured.Should().BeAtLeast(0.98);
    }

    [Fact]
    public async Task Before_and_after_that_are_one_model_show_nothing()
    {
        var served = await Start(Of("a", "w1", GoodBut()), Of("b", "w1", GoodBut()), Direct);
        var message = RedOf(await served.EvaluateAsync(Direct));
        Assert.Contains("before and after are one model: both have the weights' digest w1", message, StringComparison.Ordinal);
        var unstated = await Start(Of("http://here", "", GoodBut()), Of("http://here", "", GoodBut()), Direct);
        Assert.Contains("before and after are one model: served  at http://here", RedOf(await unstated.EvaluateAsync(Direct)), StringComparison.Ordinal);
        var elsewhere = await Start(Of("http://here", "", GoodBut()), Of("http://there", "", GoodBut()), Direct);
        (await elsewhere.EvaluateAsync(Direct)).Should().NotDegradeFromReference(0.02);
    }

    [Fact]
    public async Task Looks_are_taken_no_further_than_is_needed()
    {
        var two = new GateSettings { Margin = 0.02, Looks = Looks.TwoPlanned };
        var metric = Metric(Suite("direct", 800)) with { Looks = Looks.TwoPlanned };
        var asked = 0;
        var served = await Start(Of("a", "w1", GoodBut()), Of("b", "w2", id => { Interlocked.Increment(ref asked); return "good"; }), metric);
        (await served.EvaluateAsync(metric, two, ComparisonKind.Reference)).Should().NotDegradeFromReference(two);
        Assert.Equal(400, asked);
    }

    [Fact]
    public async Task Real_servers_are_gated_over_http()
    {
        await using var before = Answering(GoodBut(1));
        await using var after = Answering(GoodBut(Enumerable.Range(0, 30)));
        var served = await Start(At(before), At(after), Direct);
        var message = RedOf(await served.EvaluateAsync(Direct));
        Assert.Contains("direct, greedy has no approved baseline", message, StringComparison.Ordinal);
        var measured = await served.EvaluateAsync(Direct);
        measured.Should().HaveRegressedFromReference();
        Assert.Contains("m (revision not stated)", measured.RunLine.Words, StringComparison.Ordinal);
        Assert.Equal(400, after.Requests.Count(request => request.Method == "POST")); // no item twice, whatever the verbs
        Assert.All(after.Requests.Where(request => request.Method != "POST"), request => Assert.Equal("/v1/models", request.Path)); // before and after what is asked
    }

    [Fact]
    public async Task A_server_that_only_fails_fails_each_spec_with_the_commonest_reason_and_is_not_asked_again()
    {
        await using var server = new RudeServer(r => r.Path == "/v1/models" ? Models : RudeServer.Reply.Of(500, "out of memory"));
        var served = await Start(null, ServedEndpoint.At(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity(), new EndpointOptions { Retries = 0 }), Direct, Sums);
        for (var spec = 0; spec < 2; spec++)
        {
            var failure = await Assert.ThrowsAsync<GateFailureException>(() => served.EvaluateAsync(Direct));
            Assert.Contains($"BenchEndpoint could not be measured.\n  reason    The endpoint {server.Address.OriginalString} gave no answer to any of 400 requests on direct; the commonest reason, ", failure.Message, StringComparison.Ordinal);
            Assert.Contains("500", failure.Message, StringComparison.Ordinal);
        }

        Assert.InRange(server.Requests.Count, 16, 40);
        Assert.All(_bench.Log, verdict => Assert.True(verdict.Fails));
    }

    [Theory]
    [InlineData("localhost:8000", "'localhost:8000' is no absolute http or https URL")]
    [InlineData("ftp://host", "'ftp://host' is no absolute http or https URL")]
    [InlineData("http://127.0.0.1:9/?x=1", "has a query or a fragment")]
    public async Task An_address_that_is_none_fails_each_spec_with_one_message(string address, string says)
    {
        var served = await Start(null, ServedEndpoint.At(address), Direct);
        var failure = await Assert.ThrowsAsync<GateFailureException>(() => served.EvaluateAsync(Direct));
        Assert.StartsWith("BenchEndpoint has no model to measure.", failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_is_not_set_is_named()
    {
        var served = await Start(null, ServedEndpoint.FromVariable("NO_SUCH_CANDIDATE_URL"), Direct);
        var failure = await Assert.ThrowsAsync<GateFailureException>(() => served.EvaluateAsync(Direct));
        Assert.Contains("The environment variable NO_SUCH_CANDIDATE_URL is not set", failure.Message, StringComparison.Ordinal);
    }

    private static string RedOf(MeasuredEndpoint measured) => RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(margin: 0.02));

    private static RudeServer.Reply Models => RudeServer.Reply.Of(200, """{"object":"list","data":[{"id":"m"}]}""");

    private static RudeServer Answering(Func<string, string> answer) => new(r =>
        r.Path == "/v1/models" ? Models : RudeServer.Reply.Chat(answer(((string)JsonNode.Parse(r.Body)!["messages"]![0]!["content"]!).Split(' ')[1])));

    private static ServedEndpoint At(RudeServer server) => ServedEndpoint.At(server.Address.OriginalString, "m");

    private static ServedEndpoint Of(string place, string weights, Func<string, string> answer) =>
        ServedEndpoint.Of(place, () => new StubModel(weights, (p, _) => answer(p.Id), name: "served " + weights));

    private Task<EndpointFixture> Pair(Func<string, string> before, Func<string, string> after, params GatedMetric[] gated) => Start(
        ServedEndpoint.Of("http://before", () => new StubModel("weights before", (p, _) => before(p.Id), name: "before")),
        ServedEndpoint.Of("http://after", () => new StubModel("weights after", (p, _) => after(p.Id), name: "after")), gated);

    private async Task<MeasuredEndpoint> One(string weights, Func<string, string> answer, GatedMetric metric) =>
        await (await Start(null, Of("http://one", weights, answer), metric)).EvaluateAsync(metric);

    private async Task<EndpointFixture> Start(ServedEndpoint? before, ServedEndpoint after, params GatedMetric[] gated)
    {
        EndpointFixture fixture = before is null ? new BenchEndpoint(after, gated, _bench.Folders) : new BenchEndpoints(before, after, gated, _bench.Folders);
        _fixtures.Add(fixture);
        await fixture.InitializeAsync();
        return fixture;
    }

    private sealed class BenchEndpoint(ServedEndpoint after, IReadOnlyList<GatedMetric> gated, SpecFolders folders) : EndpointFixture(after, gated)
    {
        protected override SpecFolders Folders => folders;
    }

    private sealed class BenchEndpoints(ServedEndpoint before, ServedEndpoint after, IReadOnlyList<GatedMetric> gated, SpecFolders folders) : EndpointFixture(before, after, gated)
    {
        protected override SpecFolders Folders => folders;
    }
}
