using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Cli.Tests;

/// <summary>An OpenAI-compatible server on this machine whose answers a test writes.</summary>
internal sealed class ChatServer : IDisposable
{
    private readonly HttpListener _server = new();
    private readonly string[] _models;

    /// <summary>Starts it.</summary>
    /// <param name="models">The models it lists.</param>
    public ChatServer(params string[] models)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _models = models;
        _server.Prefixes.Add(Address + "/");
        _server.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>What a model says to a conversation's last turn; <c>null</c> never answers.</summary>
    public Func<string, string, string?> Chat { get; init; } = (_, _) => "so .";

    /// <summary>Embedding of a text.</summary>
    public Func<string, double[]> Embedding { get; init; } = _ => [1, 0];

    /// <summary>Bodies of requests to the models.</summary>
    public List<string> Bodies { get; } = [];

    public void Dispose() => _server.Close();

    private async Task ServeAsync()
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

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            if (Reply(context.Request.Url!.AbsolutePath, body) is not { } reply) return; // the client waits in vain
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.ToJsonString()));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // the client hung up, or the test is over
        }
    }

    private JsonObject? Reply(string path, string body)
    {
        if (path.EndsWith("/models", StringComparison.Ordinal)) return new() { ["data"] = new JsonArray([.. _models.Select(id => new JsonObject { ["id"] = id })]) };
        lock (Bodies) Bodies.Add(body);
        using var asked = JsonDocument.Parse(body);
        var model = asked.RootElement.GetProperty("model").GetString()!;
        if (path.EndsWith("/embeddings", StringComparison.Ordinal))
            return new() { ["data"] = new JsonArray([.. asked.RootElement.GetProperty("input").EnumerateArray().Select((text, i) => new JsonObject { ["index"] = i, ["embedding"] = new JsonArray([.. Embedding(text.GetString()!).Select(value => JsonValue.Create(value))]) })]) };
        return Chat(model, asked.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!) is { } said
            ? new() { ["model"] = model, ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = said }, ["finish_reason"] = "stop" }), ["usage"] = new JsonObject { ["completion_tokens"] = said.Split(' ').Length } }
            : null;
    }
}
