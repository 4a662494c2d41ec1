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
        var broken = from page in Pages
            from link in LinkPattern().Matches(WithoutCode(File.ReadAllText(page))).Select(match => match.Groups[1].Value)
            where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
            let target = Path.Combine(Path.GetDirectoryName(page)!, link.Split('#')[0])
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{Path.GetRelativePath(Repository.Root, page)}: {link}";
        Assert.Empty(broken);
    }

    private static string WithoutCode(string text) => CodePattern().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex CodePattern();
}
