using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Requests to an OpenAI-compatible server: one try a call; redirects are not followed and answers beyond the limit are not read.
/// </summary>
/// <remarks>
/// Whatever comes from the server (status line, headers, body, messages of the transport) goes through <see cref="SecretMask"/> before
/// anything else sees it: a server or proxy that echoes the key puts it into no message, result or stored response.
/// </remarks>
internal sealed class OpenAiTransport : IDisposable
{
    private const int ErrorBytes = 16 << 10;
    private static readonly TimeSpan LongestConnecting = TimeSpan.FromSeconds(30);
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private readonly HttpClient _http;
    private readonly string? _key;
    private readonly SecretMask _mask;
    private readonly string _query;
    private readonly int _maxResponseBytes;

    /// <exception cref="UserErrorException">The options are invalid, or the API key's variable is not set. Exit code 64.</exception>
    public OpenAiTransport(OpenAiClientOptions options)
    {
        if (string.Join(" ", options.Problems()) is { Length: > 0 } problems)
            throw new UserErrorException($"The endpoint: {problems}", GateExitCode.Usage);
        _key = options.ApiKeyVariable is { } variable ? KeyFrom(variable) : null;
        _mask = new SecretMask([_key, .. ProxyPasswords()]);
        _query = options.ApiVersion is { } version ? $"?api-version={version}" : "";
        _maxResponseBytes = options.MaxResponseBytes;
        var address = options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        DisplayAddress = address.EndsWith("/v1", StringComparison.Ordinal) ? address[..^3].TrimEnd('/') : address;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = LongestConnecting, AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate })
        {
            Timeout = Timeout.InfiniteTimeSpan
        };
    }

    /// <summary>The server's address without <c>/v1</c>; it has no credentials.</summary>
    public string DisplayAddress { get; }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="EndpointException">There is no usable answer.</exception>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, byte[]? body, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, body, cancellationToken);
        return CompletionReader.Checked(DisplayAddress + path, answer.RootElement, read);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static string KeyFrom(string variable) =>
        Environment.GetEnvironmentVariable(variable)?.Trim() is not { Length: > 0 } key
            ? throw new UserErrorException($"The environment variable '{variable}', named for the API key, is not set or empty. Set it to the key, or leave the option out for a server that wants none.", GateExitCode.Usage)
            : key.All(c => c is > ' ' and <= '~') ? key
            : throw new UserErrorException($"The environment variable '{variable}', named for the API key, holds characters that no key has (spaces, line breaks or non-ASCII).", GateExitCode.Usage);

    private static IEnumerable<string> ProxyPasswords() =>
        from name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy" }
        let at = Environment.GetEnvironmentVariable(name)
        where Uri.TryCreate(at, UriKind.Absolute, out _)
        let user = new Uri(at).UserInfo
        where user.Contains(':', StringComparison.Ordinal)
        let password = Uri.UnescapeDataString(user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..])
        where password.All(char.IsAscii)
        select password;

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var url = DisplayAddress + path;
        using var request = new HttpRequestMessage(method, url + _query);
        if (_key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode) throw await FailureAsync(url, response, cancellationToken);
            if (response.Content.Headers.ContentLength > _maxResponseBytes || await ReadAsync(response, _maxResponseBytes, cancellationToken) is not { } bytes)
                throw new EndpointException(Invariant($"{url} gave an answer of more than {_maxResponseBytes} bytes, the most that is read"), isTransient: false);
            if (AnswerForms.Foreign(bytes) is { } form) throw new EndpointException($"{url} answered with {_mask.Hide(form.Words)}", form.Passes);
            return Parsed(bytes.AsMemory(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0));
        }
        catch (JsonException e)
        {
            throw new EndpointException($"{url} gave an answer that is not JSON or only half of it: {Printable(e)}", isTransient: true, Inner(e));
        }
        catch (HttpRequestException e)
        {
            throw new EndpointException($"{url} could not be reached: {Printable(e)}",
                e.HttpRequestError != HttpRequestError.SecureConnectionError, Inner(e));
        }
        catch (InvalidDataException e)
        {
            throw new EndpointException($"{url} gave an answer whose compression is damaged: {Printable(e)}", isTransient: true, Inner(e));
        }
        catch (IOException e)
        {
            throw new EndpointException($"{url} closed the connection in the middle of its answer: {Printable(e)}", isTransient: true, Inner(e));
        }
    }

    private static JsonDocument Parsed(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException) when (PythonNumbers.AsNull(json.Span) is { } without)
        {
            return JsonDocument.Parse(without, Strict);
        }
    }

    private async Task<EndpointException> FailureAsync(string url, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            body = await ReadAsync(response, ErrorBytes, cancellationToken) ?? [];
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException)
        {
            body = []; // the status suffices
        }

        var said = CompletionReader.ErrorText(body);
        var status = $"{(int)response.StatusCode} {ErrorWords.OneLine(_mask.Hide(response.ReasonPhrase ?? ""))}".TrimEnd();
        if (response.Headers.Location is { } other) said = $"it points to '{ErrorWords.OneLine(_mask.Hide(other.ToString()))}', and redirects are not followed; give the address that answers";
        return new EndpointException($"{url} answered {status}{(said.Length > 0 ? $": {ErrorWords.OneLine(said)}" : "")}", EndpointException.IsTransientStatus(response.StatusCode))
        {
            Status = response.StatusCode,
            RetryAfter = AskedWait.In(response.Headers) ?? AskedWait.In(body),
        };
    }

    /// <summary>The body without secrets, or <c>null</c> when it is longer than the limit.</summary>
    private async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (whole.Length + read > limit) return null;
            whole.Write(buffer, 0, read);
        }

        return _mask.Hide(whole.ToArray());
    }

    // The transport quotes what it could not read, such as a status line.
    private string Printable(Exception e) => ErrorWords.OneLine(_mask.Hide(e.Message));

    private Exception? Inner(Exception e) => _mask.IsIn(e.ToString()) ? null : e;
}
