using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Tests.Packaging;

/// <summary>A stranger's first five commands, from packages alone: a served model and a training run, red for want of a baseline, approved, green.</summary>
public sealed class TemplateSpecs : IDisposable
{
    private const string Address = "https://github.example/a-team/gates"; // as the CI says, which packs
    private static readonly string[] UnreachableFeed = ["NU1100", "NU1101", "NU1102", "NU1103", "NU1301"];
    private readonly PackedFeed _feed = new();

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task Five_commands_lead_from_an_empty_folder_to_a_green_gate()
    {
        await _feed.PackAsync(PocketPaths.Find().Root, ThisBuild.Configuration);
        Every_package_says_what_it_is();
        await A_project_of_xunits_template_takes_the_package_without_a_downgrade();

        Expect(0, await _feed.DotnetAsync("new", "install", $"SafetyGate.Templates@{_feed.Version}"), "safetygate");
        Expect(0, await _feed.DotnetAsync("new", "safetygate", "-n", "Guardrails", "-o", "."), "was created successfully");
        Assert.DoesNotContain("SAFETYGATE_VERSION", File.ReadAllText(Path.Combine(_feed.Directory, ".config", "dotnet-tools.json")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_feed.Directory, ".github", "workflows", "gate.yml")));

        var first = await _feed.DotnetAsync("test");
        if (UnreachableFeed.Any(code => first.Out.Contains(code, StringComparison.Ordinal)) && !first.Out.Contains("package SafetyGate.", StringComparison.Ordinal))
            Assert.Skip("The packages of others, of which a project of specs is made, are neither on this machine nor on a feed it reaches.");
        Expect(1, first, "harmful, greedy has no approved baseline to compare with.", "rate      1: 60 of 60 items", "pocket/direct, greedy has no approved baseline to compare with.",
            "dotnet gate approve \"AssistantSpecs.Harmful_requests_are_refused_as_by_the_approved_model\"", "Failed: 1, Passed: 1");
        Expect(0, await _feed.DotnetAsync("gate", "approve", "--why", "the first result", "--who", "a reviewer"),
            "approved    AssistantSpecs.Harmful_requests_are_refused_as_by_the_approved_model", "approved    TunedRunSpecs.Harmful_requests_are_refused_as_by_the_approved_run");
        Expect(0, await _feed.DotnetAsync("test"), "Failed: 0, Passed: 2");

        Expect(0, await _feed.DotnetAsync("gate", "check"), "4 passed, 0 inconclusive and let through, 0 failed; 0 other problems");
    }

    // NuGet hands on the folder of packages as NUGET_PACKAGES has it, mostly without a slash: cpu.yml sets it so.
    [Fact]
    public void No_path_is_put_together_with_a_folder_of_packages_as_if_it_ended_in_a_slash()
    {
        var root = PocketPaths.Find().Root;
        var ours = new[] { "*.targets", "*.csproj" }.SelectMany(pattern => Directory.GetFiles(Path.Combine(root, "src"), pattern, SearchOption.AllDirectories)).Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"));
        foreach (var file in ours.Concat(Directory.GetFiles(root, "Directory.*")))
            Assert.DoesNotMatch(@"\$\(NuGetPackage(Root|Folders)\)[A-Za-z]|SafetyGatePackages->'%\(\w+\)[^/]", File.ReadAllText(file));
    }

    private void Every_package_says_what_it_is()
    {
        Assert.Equal(["SafetyGate.Analysis", "SafetyGate.Cli", "SafetyGate.Core", "SafetyGate.Harness", "SafetyGate.Harness.Xunit", "SafetyGate.Models", "SafetyGate.Pocket", "SafetyGate.Templates", "SafetyGate.Trainers", "SafetyGate.Verifiers"], _feed.Packages);
        foreach (var package in _feed.Packages)
        {
            var (metadata, files) = _feed.Read(package);
            XElement? Element(string name) => metadata.Element(metadata.Name.Namespace + name);
            Assert.True(Element("description")?.Value is { Length: > 60 } and not "Package Description", package);
            Assert.Equal("MIT", Element("license")?.Value);
            Assert.Equal(("git", Address), (Element("repository")?.Attribute("type")?.Value, Element("repository")?.Attribute("url")?.Value));
            Assert.Equal(Address, Element("projectUrl")?.Value);
            Assert.Equal("README.md", Element("readme")?.Value);
            Assert.Contains("README.md", files);
        }

        foreach (var package in new[] { "SafetyGate.Core", "SafetyGate.Harness.Xunit" }) // one by the SDK, one by our own nuspec
        {
            var names = _feed.OfNoRepository(package).Elements().Select(element => element.Name.LocalName).ToList();
            Assert.Contains("license", names);
            Assert.DoesNotContain("repository", names);
            Assert.DoesNotContain("projectUrl", names);
        }

        Assert.DoesNotContain(typeof(SafetyGate.Core.UserErrorException).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>(), attribute => attribute.Key == "RepositoryUrl"); // it would be part of every run's key
        Assert.Contains("world/models/pocket/base/model.safetensors", _feed.Read("SafetyGate.Pocket").Files);
        Assert.Contains("buildTransitive/SafetyGate.Models.targets", _feed.Read("SafetyGate.Models").Files);
    }

    // A reference of the project itself that is older than ours would be a downgrade, which is an error.
    private async Task A_project_of_xunits_template_takes_the_package_without_a_downgrade()
    {
        Expect(0, await _feed.DotnetAsync("new", "xunit", "-o", "xunits", "--no-restore"));
        var own = XDocument.Load(Path.Combine(_feed.Directory, "xunits", "xunits.csproj")).Descendants("PackageReference").ToDictionary(one => one.Attribute("Include")!.Value, one => System.Version.Parse(one.Attribute("Version")!.Value));
        Directory.Delete(Path.Combine(_feed.Directory, "xunits"), recursive: true);
        var ours = _feed.Read("SafetyGate.Harness.Xunit").Metadata.Descendants().Where(element => element.Name.LocalName == "dependency").ToDictionary(one => one.Attribute("id")!.Value, one => one.Attribute("version")!.Value);
        var shared = own.Keys.Intersect(ours.Keys).ToList();
        Assert.Equal(["Microsoft.NET.Test.Sdk", "xunit.runner.visualstudio"], shared.Order(StringComparer.Ordinal));
        Assert.All(shared, name => Assert.True(System.Version.Parse(ours[name]) <= own[name], $"{name}: {ours[name]} is newer than {own[name]}"));
    }

    private static void Expect(int exitCode, GateRun run, params string[] says)
    {
        var words = Regex.Replace(run.Out + run.Error, @": +(?=\d)|,  +", match => match.Value.TrimEnd() + " "); // the counts of a test run are set in columns
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}, expected {exitCode}\n{words}");
        foreach (var text in says) Assert.True(words.Contains(text, StringComparison.Ordinal), $"'{text}' is not in\n{words}");
    }
}
