using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>An OpenAI-compatible server of this test: one model, answers by a function of the prompt.</summary>
internal sealed class ModelServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, (int Status, string Text)> _answer;
    private int _asked;

    /// <param name="answer">Status and text of the answer to the last turn of a conversation.</param>
    /// <param name="model">Name of the model.</param>
    public ModelServer(Func<string, (int Status, string Text)> answer, string model = "m")
    {
        _answer = answer;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = Task.Run(() => ServeAsync(model));
    }

    public string Address { get; }

    /// <summary>The system that an answer states, by how many prompts it was asked so far; <c>null</c> states none.</summary>
    public Func<int, string?> Fingerprint { get; init; } = _ => null;

    /// <summary>How many prompts it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(string model)
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed at the end of the test
            }

            _ = Task.Run(() => AnswerAsync(context, model));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, string model)
    {
        try
        {
            var (status, text) = (200, JsonSerializer.Serialize(new { data = new[] { new { id = model } } }));
            if (!context.Request.Url!.AbsolutePath.EndsWith("/models", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = JsonDocument.Parse(await reader.ReadToEndAsync()).RootElement;
                var system = Fingerprint(Interlocked.Increment(ref _asked));
                (status, text) = _answer(body.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!);
                if (status == 200) text = JsonSerializer.Serialize(new { model, system_fingerprint = system, choices = new[] { new { message = new { content = text }, finish_reason = "stop" } } });
            }

            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // the client went away, or the test ended
        }
    }
}
