using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Verifiers.Refusals;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>A key that a server sends back reaches nothing, in whatever place and spelling it comes.</summary>
public sealed class SecretMaskSpecs
{
    private const string Key = "sk-Test/Key+0123456789_AbCdEf";
    private const string Variable = "SAFETYGATE_TEST_MASKED_KEY";
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Spellings()
    {
        var data = new TheoryData<string, string>
        {
            { "as it is", Key },
            { "upper case", Key.ToUpperInvariant() },
            { "lower case", Key.ToLowerInvariant() },
            { "percent-encoded", Uri.EscapeDataString(Key) },
            { "every character percent-encoded", string.Concat(Key.Select(c => Invariant($"%{(int)c:x2}"))) },
            { "percent-encoded twice", Uri.EscapeDataString(Uri.EscapeDataString(Key)) },
            { "escaped for JSON", string.Concat(Key.Select(c => Invariant($"\\u{(int)c:X4}"))) },
            { "escaped in part", string.Concat(Key.Select((c, i) => i % 3 == 0 ? Invariant($"\\u{(int)c:x4}") : c.ToString())) },
            { "slashes escaped", Key.Replace("/", "\\/", StringComparison.Ordinal) },
            { "escaped for JSON inside JSON", string.Concat(Key.Select(c => Invariant($"\\\\u{(int)c:x4}"))) },
            { "entities of HTML", string.Concat(Key.Select(c => Invariant($"&#x{(int)c:x};"))) },
            { "hexadecimal", Convert.ToHexString(Encoding.ASCII.GetBytes(Key)) },
            { "over two lines", Key[..9] + "\\n" + Key[9..] },
            { "in a word", "x" + Key + "y" },
        };
        foreach (var prefix in new[] { "", ":", "user:", "Bearer ", "me@host:" })
        {
            var code = Convert.ToBase64String(Encoding.ASCII.GetBytes(prefix + Key + (prefix.Length % 2 == 0 ? "" : "\n")));
            data.Add($"base64 behind '{prefix}'", code);
            data.Add($"base64 for URLs behind '{prefix}'", code.Replace('+', '-').Replace('/', '_').TrimEnd('='));
            data.Add($"base64 escaped behind '{prefix}'", code.Replace("+", "\\u002b", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal));
        }

        return data;
    }

    [Theory, MemberData(nameof(Spellings))]
    public void A_spelling_of_the_key_is_replaced_in_text_and_bytes_and_what_surrounds_it_stays(string what, string spelling)
    {
        Assert.NotEmpty(what);
        var mask = new SecretMask(Key);
        var hidden = mask.Hide($"{{\"before\": \"{spelling}\", \"\u00e9\u4e2d\": 1}}");
        Assert.StartsWith("{\"before\": \"", hidden, StringComparison.Ordinal);
        Assert.EndsWith("\", \"\u00e9\u4e2d\": 1}", hidden, StringComparison.Ordinal);
        Assert.Contains(SecretMask.Stars, hidden, StringComparison.Ordinal);
        Assert.False(mask.IsIn(hidden));
        for (var i = 0; i + 16 <= spelling.Length; i++) Assert.DoesNotContain(spelling.Substring(i, 16), hidden, StringComparison.Ordinal);
        Assert.Equal(hidden, Encoding.UTF8.GetString(mask.Hide(Encoding.UTF8.GetBytes($"{{\"before\": \"{spelling}\", \"\u00e9\u4e2d\": 1}}"))));
    }

    [Fact]
    public void Text_without_the_key_stays_as_it_is()
    {
        var mask = new SecretMask(Key, null, "");
        var bytes = Encoding.UTF8.GetBytes("sk-Test and Key, 0123456789, \u00e9");
        Assert.Same(bytes, mask.Hide(bytes));
        Assert.Equal("sk-Test", mask.Hide("sk-Test"));
    }

    [Theory]
    [InlineData("EMPTY", "{\"key\": \"EMPTY\", \"not\": \"EMPTYING\"}", "{\"key\": \"***\", \"not\": \"EMPTYING\"}")]
    [InlineData("none", "none of nonexistent", "*** of nonexistent")]
    public void A_placeholder_is_replaced_only_where_it_stands_alone(string key, string text, string hidden) =>
        Assert.Equal(hidden, new SecretMask(key).Hide(text));

    [Fact]
    public void The_longest_of_two_keys_goes_first() => Assert.Equal("***", new SecretMask("abcdefgh", "abcdefghijkl").Hide("abcdefghijkl"));

    public static TheoryData<string, string> Echoes()
    {
        var data = new TheoryData<string, string>
        {
            { "the reason phrase", $"HTTP/1.1 500 {Key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
            { "a status line that is none", $"{Key} HTTP/1.1 200\r\n\r\n" },
            { "a header that is none", $"HTTP/1.1 200 OK\r\n{Key}\r\n\r\n" },
            { "a length that is none", $"HTTP/1.1 200 OK\r\nContent-Length: {Key}\r\nConnection: close\r\n\r\n{{}}" },
            { "Retry-After", $"HTTP/1.1 503 Busy\r\nRetry-After: {Key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
            { "Location", $"HTTP/1.1 307 Elsewhere\r\nLocation: http://{Key}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
            { "a body that is no JSON", Reply.Of(200, Key).Wire },
            { "an error", Reply.Of(400, $"{{\"error\":{{\"message\":\"no {Key}\"}}}}").Wire },
            { "an error escaped", Reply.Of(400, $"{{\"error\":{{\"message\":\"{string.Concat(Key.Select(c => Invariant($"\\u{(int)c:x4}")))}\"}}}}").Wire },
            { "an inner error", Reply.Of(200, $"{{\"error\":{{\"message\":\"no {Key}\",\"code\":\"{Key}\"}}}}").Wire },
            { "a member twice", Reply.Of(200, $"{{\"{Key}\":1,\"{Key}\":2}}").Wire },
            { "finish_reason", Reply.Chat("well", Key).Wire },
            { "the text", Reply.Chat($"I cannot help with {Key}, {Convert.ToBase64String(Encoding.ASCII.GetBytes("me:" + Key))}.").Wire },
            { "the model", Reply.Of(200, Reply.ChatJson("well").Replace("\"m\"", $"\"{Key}\"", StringComparison.Ordinal)).Wire },
            { "a number that is none", Reply.Of(200, Reply.ChatJson("well").Replace(":3", ":" + Key, StringComparison.Ordinal)).Wire },
        };
        return data;
    }

    [Theory, MemberData(nameof(Echoes))]
    public async Task An_echoed_key_is_in_no_response_result_message_or_exception(string where, string wire)
    {
        Assert.NotEmpty(where);
        Environment.SetEnvironmentVariable(Variable, Key);
        try
        {
            await using var server = new RudeServer(r => r.Path.EndsWith("/models", StringComparison.Ordinal) ? Reply.Of(200, $"{{\"data\":[{{\"id\":\"m\",\"owned_by\":\"{Key}\"}}]}}") : new Reply(wire));
            using var model = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address, ApiKeyVariable = Variable }, new EndpointIdentity(), new EndpointOptions { Retries = 1 }, _time, Cancellation);
            var bench = new Core.Benchmarks.Benchmark("b", Core.Benchmarks.MetricDirection.Safety, [new() { Id = "1", Prompt = "why?" }]);
            var evaluation = await Evaluator.EvaluateAsync(bench, model, new RefusalScorer(), new SamplingOptions { MaxNewTokens = 8, Seed = 1 }, cancellationToken: Cancellation);
            var written = Encoding.UTF8.GetString(ResultFile.Bytes(new ResultDocument { Model = model.Identity, Metrics = [new MetricResult { Measurement = evaluation.Measurement }] }));
            var responses = string.Join('\n', evaluation.Responses.Select(r => $"{r.Response} {r.Score}"));
            Assert.DoesNotContain(Key, written + responses, StringComparison.OrdinalIgnoreCase);
            Assert.False(new SecretMask(Key).IsIn(written + responses));

            using var client = new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address, ApiKeyVariable = Variable });
            var thrown = await Record.ExceptionAsync(() => client.CompleteAsync("why?", new() { ModelId = "m" }, Cancellation));
            Assert.DoesNotContain(Key, thrown?.ToString() ?? "", StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public async Task An_echoed_key_in_the_list_of_models_is_in_no_message()
    {
        Environment.SetEnvironmentVariable(Variable, Key);
        try
        {
            await using var server = new RudeServer(_ => Reply.Of(200, $"{{\"data\":[{{\"id\":\"{Key}\"}},{{\"id\":\"b\"}}]}}"));
            var error = await Assert.ThrowsAsync<UserErrorException>(() => OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address, ApiKeyVariable = Variable }, new EndpointIdentity(), new EndpointOptions(), _time, Cancellation));
            Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
            Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void A_long_key_and_a_long_body_are_no_trouble()
    {
        var key = string.Concat(Enumerable.Range(0, 8).Select(i => Invariant($"{Key}{i}")));
        var mask = new SecretMask(key);
        Assert.DoesNotContain(mask.Hide(key), char.IsAsciiLetterOrDigit);
        Assert.DoesNotContain(mask.Hide($"x {key} {Uri.EscapeDataString(key)}"), c => char.IsAsciiDigit(c));
        var body = string.Concat(Enumerable.Repeat(key[..50] + "\\u0073k", 2000));
        Assert.Equal(body, mask.Hide(body));
    }
}
