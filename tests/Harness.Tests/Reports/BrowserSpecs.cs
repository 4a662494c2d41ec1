using Microsoft.Playwright;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>The page in a real browser: Debian's chromium. Skipped with a reason where there is none; <c>./gate test</c> installs it as root.</summary>
public sealed class BrowserSpecs(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const int Phone = 360;
    private readonly List<IPage> _pages = [];

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(browser.Absence is not null, browser.Absence ?? "");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages) await page.CloseAsync();
    }

    [Fact]
    public async Task The_page_asks_the_network_for_nothing_and_the_console_stays_empty()
    {
        var (requests, console) = (new List<string>(), new List<string>());
        var page = await NewPage(ColorScheme.Light, 1200);
        page.Request += (_, request) => requests.Add(request.Url);
        page.Console += (_, message) => console.Add(message.Text);
        page.PageError += (_, error) => console.Add(error);
        await page.GotoAsync(Address);
        foreach (var fold in await page.Locator("details").AllAsync()) await fold.EvaluateAsync("e => { e.open = true }");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Equal([Address], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.Empty(console);
        Assert.True(await page.Locator("#verdicts .scroll").EvaluateAsync<bool>("e => e.scrollWidth <= e.clientWidth"), "the table of verdicts should need no scrolling on a screen");
    }

    [Theory]
    [InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task On_a_phone_the_page_does_not_scroll_sideways_folded_or_unfolded(ColorScheme scheme)
    {
        var page = await Open(scheme, Phone);
        Assert.Equal(Phone, await WidthOf(page));
        foreach (var fold in await page.Locator("details").AllAsync()) await fold.EvaluateAsync("e => { e.open = true }");
        Assert.Equal(Phone, await WidthOf(page));
        // Verdict and change of each row are within the width of the phone, the verdict first.
        foreach (var row in await page.Locator("#verdicts tbody tr").AllAsync())
        {
            var (verdict, change) = (await row.Locator("td.v").BoundingBoxAsync(), await row.Locator("td.d").BoundingBoxAsync());
            Assert.InRange(verdict!.X + verdict.Width, 1, Phone);
            Assert.InRange(change!.X + change.Width, 1, Phone);
            Assert.True(verdict.Y < change.Y);
        }

        Assert.Empty(await OutsidePictures(page));
        Assert.True(await page.Locator("svg.plot text").First.EvaluateAsync<double>("e => e.getBoundingClientRect().height") >= 9, "the letters of a plot should be readable");
    }

    [Fact]
    public async Task Light_and_dark_differ_and_both_can_be_read()
    {
        var light = await ColorsOf(await Open(ColorScheme.Light, 1200));
        var dark = await ColorsOf(await Open(ColorScheme.Dark, 1200));
        Assert.NotEqual(light, dark);
        foreach (var pair in light.Concat(dark)) Assert.True(Contrast(pair) >= 4.5, $"{string.Join(", ", pair)} has a contrast of {Contrast(pair):0.00}; letters need 4.5");
    }

    [Fact]
    public async Task A_keyboard_reaches_a_fold_and_Enter_opens_it_down_to_the_response()
    {
        var page = await Open(ColorScheme.Light, 1200);
        await TabTo(page, "e => e.tagName === 'SUMMARY' && e.parentElement.className === 'flips'");
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        var response = page.Locator(".flips pre.now").First;
        Assert.False(await response.IsVisibleAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await response.IsVisibleAsync());
        Assert.Contains("<script>alert(1)</script>", await response.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_shows_the_flipped_items_that_have_the_words_and_opens_their_list()
    {
        var page = await Open(ColorScheme.Light, 1200);
        var items = page.Locator("[data-item]");
        var all = await items.CountAsync();
        await page.Locator("#search-words").FillAsync("item-0560");
        Assert.Equal("item-0560", Assert.Single(await Shown(items)));
        Assert.StartsWith($"1 of {all}", await page.Locator("#search-found").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page.Locator(".flips", new() { Has = page.Locator("[data-item]:not([hidden])") }).EvaluateAsync<bool>("e => e.open"));
        await page.Locator("#search-words").FillAsync("");
        await page.Locator("#search-kind").SelectOptionAsync("gained");
        var gained = await page.Locator("[data-item=gained]").CountAsync();
        Assert.InRange(gained, 1, all - 1);
        Assert.Equal(gained, (await Shown(items)).Count);
        await page.Locator("#search-words").FillAsync("no such words anywhere");
        Assert.Empty(await Shown(items));
    }

    private static async Task<IReadOnlyList<string>> Shown(ILocator items)
    {
        var shown = new List<string>();
        foreach (var item in await items.AllAsync())
            if (!await item.EvaluateAsync<bool>("e => e.hidden")) shown.Add((await item.Locator("summary").First.InnerTextAsync()).Split(' ')[1]);
        return shown;
    }

    [Fact]
    public async Task All_items_are_searched_filtered_and_listed_fifty_at_a_time_on_a_phone_by_keyboard()
    {
        var console = new List<string>();
        var page = await NewPage(ColorScheme.Dark, Phone);
        page.Console += (_, message) => console.Add(message.Text);
        page.PageError += (_, error) => console.Add(error);
        await page.GotoAsync(browser.AddressOfItems);
        var (items, found) = (page.Locator("#items-list > details"), page.Locator("#items-found"));
        Assert.Equal((10, "120 of 120 items, the first 10 listed"), (await items.CountAsync(), await found.InnerTextAsync()));
        Assert.False(await page.Locator("#items-without").IsVisibleAsync());
        await page.Locator("#items-more").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(60, await items.CountAsync());
        Assert.StartsWith("✔ item-010", await page.EvaluateAsync<string>("document.activeElement.textContent"), StringComparison.Ordinal);

        await page.Locator("#items-words").FillAsync("BEHAVIOR item-007");
        Assert.Equal("1 of 120 items", await found.InnerTextAsync());
        Assert.Contains("worse than approved", await items.InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("#items-words").FillAsync("");
        await page.Locator("#items-outcome").SelectOptionAsync(new SelectOptionValue { Label = "failing now (15)" });
        Assert.Equal(15, await items.CountAsync());
        await page.Locator("#items-part").SelectOptionAsync(new SelectOptionValue { Label = "pocket/persona" });
        Assert.Equal("3 of 120 items", await found.InnerTextAsync());
        await page.Locator("#items-metric").SelectOptionAsync(new SelectOptionValue { Label = "pocket/sums, temperature 1 (3900)" });
        Assert.Equal("5 of 120 items", await found.InnerTextAsync()); // the suite is none of this metric's: all of it again
        Assert.Equal(["all categories", "even", "odd"], await page.Locator("#items-part option").AllInnerTextsAsync());

        await items.First.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.StartsWith("</script><!-- <script>alert(1)</script>", await page.Locator("#items-list pre.now").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["untuned, scored 0, mean of 4 samples, the lowest shown", "now, scored 0.25, mean of 4 samples, the lowest shown"], await page.Locator("#items-list h5").AllInnerTextsAsync());
        await items.Nth(1).Locator("summary").ClickAsync();
        Assert.Equal("now, unscored: truncated", await items.Nth(1).Locator("h5").Last.InnerTextAsync());
        foreach (var fold in await page.Locator("details:not(.item)").AllAsync()) await fold.EvaluateAsync("e => { e.open = true }");
        Assert.Equal(Phone, await WidthOf(page));
        Assert.Empty(await OutsidePictures(page));
        Assert.Empty(console);
    }

    [Fact]
    public async Task Without_scripts_a_page_with_items_says_so_and_shows_the_flipped_ones()
    {
        var page = await NewPage(ColorScheme.Light, Phone, scripts: false);
        await page.GotoAsync(browser.AddressOfItems);
        Assert.True(await page.Locator("#items-without").IsVisibleAsync());
        Assert.False(await page.Locator("#items-bar").IsVisibleAsync());
        Assert.False(await page.Locator("#items-more").IsVisibleAsync());
        await page.Locator(".flips > summary").First.ClickAsync();
        Assert.True(await page.Locator("[data-item=lost]").First.IsVisibleAsync());
    }

    [Fact]
    public async Task A_script_in_the_page_would_not_run()
    {
        var page = await Open(ColorScheme.Light, 1200);
        await page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s) }");
        Assert.False(await page.EvaluateAsync<bool>("window.ran === true"));
    }

    private string Address => browser.Address;

    private async Task<IPage> NewPage(ColorScheme scheme, int width, bool scripts = true)
    {
        var page = await browser.NewPageAsync(scheme, width, scripts);
        _pages.Add(page);
        return page;
    }

    private async Task<IPage> Open(ColorScheme scheme, int width)
    {
        var page = await NewPage(scheme, width);
        await page.GotoAsync(Address);
        return page;
    }

    private static Task<int> WidthOf(IPage page) => page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)");

    // Words of plots that are cut off.
    private static Task<string[]> OutsidePictures(IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('svg.plot text')].filter(e => {
            const [words, picture] = [e.getBoundingClientRect(), e.ownerSVGElement.getBoundingClientRect()];
            return words.left < picture.left - 1 || words.right > picture.right + 1 || words.top < picture.top - 1 || words.bottom > picture.bottom + 1;
        }).map(e => e.textContent)
        """);

    private static async Task TabTo(IPage page, string wanted)
    {
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>($"({wanted})(document.activeElement)")) return;
        }

        Assert.Fail("Tab does not reach it.");
    }

    // Ink and ground of the page's kinds of text, as the browser computes them.
    private static Task<string[][]> ColorsOf(IPage page) => page.EvaluateAsync<string[][]>("""
        () => ['body', 'h1', '.note', '.chip.bad', '.chip.warn', '.chip.good', '.spec', 'summary', 'summary small', 'pre', '#verdicts a', '.tiles .bad', 'footer'].map(s => {
            const e = document.querySelector(s);
            let ground = e;
            while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
            return [s, getComputedStyle(e).color, getComputedStyle(ground).backgroundColor];
        })
        """);

    // Relative luminance and contrast by WCAG 2.2.
    private static double Contrast(string[] pair)
    {
        var (a, b) = (Luminance(pair[1]), Luminance(pair[2]));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string rgb)
    {
        var parts = rgb[(rgb.IndexOf('(') + 1)..rgb.IndexOf(')')].Split(',').Take(3).Select(p => double.Parse(p, System.Globalization.CultureInfo.InvariantCulture) / 255).Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToList();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
}
