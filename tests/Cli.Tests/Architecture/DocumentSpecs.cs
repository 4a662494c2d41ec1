using System.Text.Json;
using System.Text.RegularExpressions;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>The pages: each is reachable in the site, and every link inside the repository leads somewhere.</summary>
public sealed partial class DocumentSpecs
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static IEnumerable<string> Pages => Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md")).Append(Path.Combine(Repository.Root, "CONTRIBUTING.md"));

    [Fact]
    public void Every_page_is_in_the_contents_of_the_site()
    {
        var contents = File.ReadAllText(Path.Combine(Docs, "site", "toc.yml"));
        var missing = Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories).Select(page => Path.GetRelativePath(Docs, page).Replace('\\', '/'))
            .Where(page => !page.StartsWith("site/", StringComparison.Ordinal) && !contents.Contains($"href: ../{page}\n", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        var broken = Links(Pages).Where(link => !File.Exists(link.Target) && !Directory.Exists(link.Target));
        Assert.Empty(broken.Select(link => $"{InRepository(link.Page)}: {InRepository(link.Target)}"));
    }

    // "./gate docs" fails on a link that leads out of the site.
    [Fact]
    public void Every_page_of_the_site_links_to_files_that_the_site_takes_along()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docfx.json")));
        var build = settings.RootElement.GetProperty("build");
        var taken = new[] { "content", "resource" }.SelectMany(part => build.GetProperty(part).EnumerateArray()).Where(entry => !entry.TryGetProperty("src", out _))
            .SelectMany(entry => entry.GetProperty("files").EnumerateArray()).Select(glob => new Regex($"^{Regex.Escape(glob.GetString()!).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$")).ToList();
        bool IsTaken(string path) => taken.Exists(glob => glob.IsMatch(InRepository(path)));
        var left = Links(Pages.Where(IsTaken)).Where(link => !IsTaken(link.Target)).Select(link => $"{InRepository(link.Page)}: {InRepository(link.Target)}").ToList();
        Assert.Empty(left);
        Assert.True(Pages.Count(IsTaken) > 40);
    }

    private static IEnumerable<(string Page, string Target)> Links(IEnumerable<string> pages) =>
        from page in pages
        from link in LinkPattern().Matches(WithoutCode(File.ReadAllText(page))).Select(match => match.Groups[1].Value)
        where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
        select (page, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, link.Split('#')[0])));

    private static string InRepository(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    private static string WithoutCode(string text) => CodePattern().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex CodePattern();
}
