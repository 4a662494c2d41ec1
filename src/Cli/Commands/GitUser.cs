namespace SafetyGate.Cli.Commands;

/// <summary>The name that git knows the user by.</summary>
internal static class GitUser
{
    /// <summary>The name; <c>null</c> if git is not there or knows none.</summary>
    public static string? Name()
    {
        try
        {
            using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["config", "user.name"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            var name = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(name) ? null : name;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
