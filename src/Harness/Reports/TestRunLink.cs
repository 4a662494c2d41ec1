namespace SafetyGate.Harness.Reports;

/// <summary>The address under which a CI shows the run, from the variables that it sets.</summary>
public static class TestRunLink
{
    private const int Longest = 500;

    /// <summary>The address; <c>null</c> outside a CI that names one.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    public static string? Of(Func<string, string?> variable)
    {
        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var link = Given("GITHUB_SERVER_URL") is { } server && Given("GITHUB_REPOSITORY") is { } repository && Given("GITHUB_RUN_ID") is { } run
            ? $"{server}/{repository}/actions/runs/{run}" + (Given("GITHUB_RUN_ATTEMPT") is { } attempt ? $"/attempts/{attempt}" : "")
            : Given("CI_PIPELINE_URL") ?? Given("BUILD_URL");
        return link is not null && IsSafe(link) ? link : null;
    }

    /// <summary>Whether a page may link to it: an absolute address of the web, and not a long one.</summary>
    public static bool IsSafe(string link) =>
        link.Length <= Longest && Uri.TryCreate(link, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0;
}
