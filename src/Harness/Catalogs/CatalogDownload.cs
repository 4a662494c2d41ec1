using System.Net;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Catalogs;

/// <summary>Fetches the file of a catalog's entry. Its bytes are trusted by whoever checks their sha256, not here.</summary>
/// <remarks>https only, redirects included; at most five of them; no more bytes than the catalog names, or 64 MiB where it names none.</remarks>
public sealed class CatalogDownload : IDisposable
{
    private const int Redirects = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly HttpClient _http;

    /// <summary>Fetches over the network.</summary>
    public CatalogDownload() : this(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
    {
    }

    /// <summary>Fetches by a handler, which is disposed with it.</summary>
    internal CatalogDownload(HttpMessageHandler handler) => _http = new HttpClient(handler) { Timeout = Longest };

    /// <summary>The bytes at the address of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="UserErrorException">The entry has no address (64), the address cannot be reached or answers otherwise (69), or the
    /// answer is longer than allowed (65).</exception>
    public async Task<byte[]> GetAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        var address = entry.Url ?? throw new UserErrorException($"'{entry.Name}' has no address: {entry.Derived} Give the file: {GateCommandName.Text} benchmarks pull {entry.Name} --from FILE.", GateExitCode.Usage);
        try
        {
            for (var hops = 0; hops <= Redirects; hops++)
            {
                using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                {
                    address = response.Headers.Location is { } next ? new Uri(address, next) : throw Unreachable(entry, "it redirects to nowhere");
                    if (address.Scheme != Uri.UriSchemeHttps) throw Unreachable(entry, $"it redirects to {address.GetLeftPart(UriPartial.Path)}, which is not https");
                    continue;
                }

                return response.IsSuccessStatusCode
                    ? await ReadAsync(entry, response, cancellationToken)
                    : throw Unreachable(entry, Invariant($"it answered {(int)response.StatusCode}"));
            }

            throw Unreachable(entry, Invariant($"it redirects more than {Redirects} times"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unreachable(entry, e is OperationCanceledException ? Invariant($"it took longer than {Longest.TotalMinutes} minutes") : e.Message, e);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> ReadAsync(CatalogEntry entry, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (whole.Length + read > entry.MaximumBytes)
                throw new UserErrorException(Invariant($"{entry.Url} gives more than {entry.MaximumBytes:N0} bytes, the most that is taken for '{entry.Name}', so it is not the file of the catalog. Nothing was kept; give a copy with --from FILE."));
            whole.Write(buffer, 0, read);
        }

        return whole.ToArray();
    }

    private static UserErrorException Unreachable(CatalogEntry entry, string why, Exception? cause = null)
    {
        var message = $"'{entry.Name}' could not be fetched from {entry.Url}: {why}. Offline, or behind a proxy that does not let it through, give a copy: {GateCommandName.Text} benchmarks pull {entry.Name} --from FILE.";
        return cause is null ? new UserErrorException(message, GateExitCode.MissingEngine) : new UserErrorException(message, cause, GateExitCode.MissingEngine);
    }
}
