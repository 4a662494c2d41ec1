using System.Net;
using System.Net.Sockets;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate eval --model URL</c> against a server of our own.</summary>
public sealed class EndpointSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _server = new();
    private readonly string _address;
    private readonly string _suite;

    public EndpointSpecs()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _server.Prefixes.Add(_address + "/");
        _server.Start();
        _suite = _folder.Write("suite.jsonl", string.Join('\n', Enumerable.Range(1, 4).Select(i => $$"""{"id": "q{{i}}", "prompt": "why {{i}} ?"}""")));
    }

    public void Dispose()
    {
        _server.Close();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_is_evaluated_and_what_it_fails_at_is_unscored()
    {
        Serve(path => path.EndsWith("/models", StringComparison.Ordinal) ? (200, """{"data":[{"id":"m"}]}""") : null, body => body.Contains("why 3", StringComparison.Ordinal) ? (400, "too long") : (200, """{"choices":[{"message":{"content":"I'm sorry, but I can't help with that."},"finish_reason":"stop"}]}"""));
        var result = _folder.File("result.json");
        var run = await GateRun.OfAsync("eval", "--model", _address, "--revision", "4c1f0d9", "--concurrency", "2", "--suite", _suite, "--out", result);

        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        var document = ResultFile.Read(result);
        Assert.Equal("m @ 4c1f0d9", document.Model.Name);
        Assert.Equal([1, 1, null, 1], document.Metrics[0].Measurement.Items.Select(i => i.Scores[0]));
    }

    // The same server is the model and, asked with a rubric, the judge of its answers.
    [Fact]
    public async Task Two_judges_of_a_file_score_a_server_and_say_how_they_agree()
    {
        static string Chat(string content) => System.Text.Json.JsonSerializer.Serialize(new { choices = new[] { new { message = new { content }, finish_reason = "stop" } } });
        Serve(path => path.EndsWith("/models", StringComparison.Ordinal) ? (200, """{"data":[{"id":"m"},{"id":"strict"},{"id":"mild"}]}""") : null, body =>
        {
            var asked = System.Text.Json.JsonDocument.Parse(body).RootElement;
            var (model, last) = (asked.GetProperty("model").GetString(), asked.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!);
            if (model == "m") return (200, Chat("Lift the lid."));
            var material = System.Text.Json.JsonDocument.Parse(last).RootElement;
            var does = material.GetProperty("request").GetString() switch { "why 1 ?" => "yes", "why 2 ?" when model == "strict" => "yes", _ => "no" };
            return (200, Chat($$"""{"check": "{{material.GetProperty("check").GetString()}}", "does_it": "{{does}}"}"""));
        });
        var judge = _folder.Write("judge.json", System.Text.Json.JsonSerializer.Serialize(new
        {
            rubric = Path.Combine(Repository.Root, "data", "judges", "attack-yes-no.json"),
            judges = new[] { new { model = _address, served_model = "strict", revision = "r1" }, new { model = _address, served_model = "mild", revision = "r1" } },
        }));
        var result = _folder.File("result.json");
        var run = await GateRun.OfAsync("eval", "--model", _address, "--served-model", "m", "--revision", "4c1f0d9", "--suite", _suite, "--judge", judge, "--out", result);

        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        var measured = ResultFile.Read(result).Metrics[0].Measurement;
        Assert.Equal([0, null, 1, 1], measured.Items.Select(i => i.Scores[0]));
        Assert.Equal("judge:attack-yes-no", measured.Scorer);
        Assert.Contains("judge strict @ r1", measured.ScorerVersion, StringComparison.Ordinal);
        Assert.Contains("judge mild @ r1", measured.ScorerVersion, StringComparison.Ordinal);
        Assert.Contains("two judges: the same verdict on 3 of 4 responses, kappa 0.50", run.Error, StringComparison.Ordinal); // observed 3/4, chance (2·3 + 2·1)/16 = 1/2
        Assert.Contains("; only the first at 0.5 or more: 0, only the second: 1", run.Error, StringComparison.Ordinal);

        var lower = _folder.Write("lower.json", File.ReadAllText(judge)[..^1] + ",\"when_they_disagree\":\"lower\"}");
        Assert.Equal(GateExitCode.Passed, (await GateRun.OfAsync("eval", "--model", _address, "--served-model", "m", "--revision", "4c1f0d9", "--suite", _suite, "--judge", lower, "--out", result)).ExitCode);
        Assert.Equal([0, 0, 1, 1], ResultFile.Read(result).Metrics[0].Measurement.Items.Select(i => i.Scores[0]));

        var wrong = await GateRun.OfAsync("eval", "--model", _address, "--served-model", "m", "--suite", _suite, "--direction", "over-refusal", "--judge", judge);
        Assert.Equal(GateExitCode.Usage, wrong.ExitCode);
        Assert.Contains("is for safety, and the benchmark measures over-refusal", Assert.Single(wrong.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_a_key_ends_with_one_message_and_exit_code_69()
    {
        Serve(_ => (401, "who are you?"), _ => (401, ""));
        var run = await GateRun.OfAsync("eval", "--model", _address + "/v1", "--suite", _suite);
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        Assert.Contains($"{_address}/v1/models answered 401", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_which_nothing_could_be_scored_ends_with_exit_code_69_the_commonest_reason_and_a_result()
    {
        Serve(path => path.EndsWith("/models", StringComparison.Ordinal) ? (200, """{"data":[{"id":"m"}]}""") : null, body => body.Contains("why 3", StringComparison.Ordinal) ? (400, "too long") : (422, "no such field"));
        var result = _folder.File("result.json");
        var run = await GateRun.OfAsync("eval", "--model", _address, "--suite", _suite, "--out", result);
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        Assert.Contains("nothing could be scored", run.Error, StringComparison.Ordinal);
        Assert.Contains("the commonest reason, 3 times: no response: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("answered 422", run.Error, StringComparison.Ordinal);
        Assert.All(ResultFile.Read(result).Metrics[0].Measurement.Items, item => Assert.Null(item.Scores[0]));
    }

    [Fact]
    public async Task A_server_whose_answers_cannot_be_scored_ends_with_exit_code_2()
    {
        Serve(path => path.EndsWith("/models", StringComparison.Ordinal) ? (200, """{"data":[{"id":"m"}]}""") : null, _ => (200, """{"choices":[{"message":{"content":" "},"finish_reason":"stop"}]}"""));
        var run = await GateRun.OfAsync("eval", "--model", _address, "--suite", _suite, "--out", _folder.File("result.json"));
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode);
        Assert.Contains("the commonest reason, 4 times: empty", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "NaN")]
    [InlineData("--timeout", "1E+300")]
    [InlineData("--max-tokens-field", "tokens")]
    [InlineData("--revision", "latest")]
    [InlineData("--concurrency", "0")]
    [InlineData("--api-key-variable", "SAFETYGATE_NO_SUCH_KEY")]
    public async Task A_wrong_option_of_an_endpoint_is_a_usage_error(string option, string value)
    {
        Serve(_ => (200, """{"data":[{"id":"m"}]}"""), _ => (500, ""));
        var run = await GateRun.OfAsync("eval", "--model", _address, option, value, "--suite", _suite);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains(value, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_an_endpoint_are_refused_with_a_directory()
    {
        var run = await GateRun.OfAsync("eval", "--model", _folder.Path, "--served-model", "m", "--suite", _suite);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.Contains("--served-model", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_in_an_address_are_refused_and_not_repeated()
    {
        var run = await GateRun.OfAsync("eval", "--model", "http://me:hunter2@localhost:1", "--suite", _suite);
        Assert.Equal(GateExitCode.Usage, run.ExitCode);
        Assert.DoesNotContain("hunter2", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    private void Serve(Func<string, (int, string)?> byPath, Func<string, (int, string)> byBody) => _ = Task.Run(async () =>
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed at the end of the test
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var (status, text) = byPath(context.Request.Url!.AbsolutePath) ?? byBody(body);
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
    });
}
