using Microsoft.Playwright;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Html;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>One Chromium for all specs of the page, and the page itself.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const float Patience = 180_000; // milliseconds; where a training takes every core, a browser is slow to start
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why there is no browser; <c>null</c> when there is one.</summary>
    public string? Absence { get; } = File.Exists(Chromium)
        ? null
        : $"There is no {Chromium}; install it ('apt-get install chromium' as root) to try the page in a browser.";

    public string Address => new Uri(_folder["report.html"]).AbsoluteUri;

    /// <summary>The page with items to search.</summary>
    public string AddressOfItems => new Uri(_folder["items.html"]).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        if (Absence is not null) return;
        File.WriteAllText(_folder["report.html"], HtmlReport.Write(Sample.Full));
        File.WriteAllText(_folder["items.html"], HtmlReport.Write(Sample.Searched));
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Flags, Timeout = Patience });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Dispose();
    }

    /// <summary>A page in a context of its own, so that specs share nothing but the process.</summary>
    public async Task<IPage> NewPageAsync(ColorScheme scheme, int width, bool scripts = true)
    {
        var page = await _browser!.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 }, JavaScriptEnabled = scripts });
        page.SetDefaultTimeout(Patience);
        return page;
    }
}
