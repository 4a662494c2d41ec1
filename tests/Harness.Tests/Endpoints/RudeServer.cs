using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>A real HTTP server on this machine that answers with whatever bytes it is told to, also with half of them.</summary>
internal sealed class RudeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Reply> _answer;
    private readonly Lock _lock = new();
    private readonly List<Request> _requests = [];
    private readonly Task _accepting;
    private int _open;

    /// <summary>Starts it. The answer may depend on the request and its number, from 0.</summary>
    public RudeServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public sealed record Request(int Number, string Method, string Path, string Head, string Body);

    /// <summary>Bytes as they go over the wire; then the connection is closed, or a blank follows from time to time without end.</summary>
    public sealed record Reply(string Wire, Task? After = null, int Repeat = 0, bool Drips = false)
    {
        /// <summary>Bytes that are no text, in place of the wire's.</summary>
        public byte[]? Bytes { get; init; }

        public static Reply Of(int status, string body, string headers = "") =>
            new($"HTTP/1.1 {status} Status{status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}");

        public static Reply Chat(string text, string finish = "stop", int tokens = 3) => Of(200, ChatJson(text, finish, tokens));

        public static string ChatJson(string text, string finish = "stop", int tokens = 3) =>
            $$$"""{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":{{{System.Text.Json.JsonSerializer.Serialize(text)}}}},"finish_reason":"{{{finish}}}"}],"usage":{"completion_tokens":{{{tokens}}} }}""";
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_lock) return [.. _requests];
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                var reply = _answer(request);
                if (reply.After is { } after) await after.WaitAsync(_stop.Token);
                lock (_lock) _open--; // before the client can know, and ask the next
                await stream.WriteAsync(reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Wire), _stop.Token);
                while (reply.Drips)
                {
                    await stream.WriteAsync(" "u8.ToArray(), _stop.Token);
                    await Task.Delay(1, _stop.Token);
                }

                for (var i = 0; i < reply.Repeat; i++) await stream.WriteAsync(new byte[1 << 16], _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // the client hung up, or the test is over
            }
        }
    }

    private async Task<Request> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        int end;
        while ((end = Encoding.Latin1.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0) await More();
        var head = Encoding.Latin1.GetString([.. bytes[..end]]);
        var length = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        while (bytes.Count < end + 4 + length) await More();
        lock (_lock)
        {
            var first = head.Split(' ');
            var request = new Request(_requests.Count, first[0], first[1], head, Encoding.UTF8.GetString([.. bytes[(end + 4)..]]));
            _requests.Add(request);
            MostAtOnce = Math.Max(MostAtOnce, ++_open);
            return request;
        }

        async Task More()
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0) throw new IOException("the client hung up");
            bytes.AddRange(buffer[..read]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting; // before the listener goes, which must not be asked to accept any more then
        _listener.Stop();
    }
}
