using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndpointSpecs;

/// <summary>A server that refuses everything, in this process: the first run needs no model. Delete it when yours is there.</summary>
static class SampleServer
{
    public static string Start()
    {
        var address = $"http://127.0.0.1:{FreePort()}/";
        var listener = new HttpListener { Prefixes = { address } };
        listener.Start();
        _ = ServeAsync(listener);
        return address;
    }

    static async Task ServeAsync(HttpListener listener)
    {
        while (true)
        {
            var context = await listener.GetContextAsync();
            JsonObject answer = context.Request.Url!.AbsolutePath == "/v1/models"
                ? new() { ["object"] = "list", ["data"] = new JsonArray(new JsonObject { ["id"] = "sample" }) }
                : new()
                {
                    ["model"] = "sample",
                    ["choices"] = new JsonArray(new JsonObject
                    {
                        ["index"] = 0,
                        ["finish_reason"] = "stop",
                        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "I'm sorry, but I can't help with that." },
                    }),
                };
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
            context.Response.Close();
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
