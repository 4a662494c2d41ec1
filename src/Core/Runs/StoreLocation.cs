namespace SafetyGate.Core.Runs;

/// <summary>
/// Location of the run store: <c>$SAFETYGATE_STORE</c>, else a folder of the user's cache, so that a clean checkout finds its runs again.
/// </summary>
public static class StoreLocation
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "SAFETYGATE_STORE";

    /// <summary>The folder for this process's environment.</summary>
    /// <exception cref="UserErrorException">There is neither a variable nor a home folder to put it in.</exception>
    public static string FromEnvironment() => Resolve(
        Environment.GetEnvironmentVariable,
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : null);

    /// <summary>The folder for given variables.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    /// <param name="localApplicationData">The user's cache folder where the system names one (Windows); otherwise <c>null</c>.</param>
    /// <returns>An absolute path; the folder need not exist.</returns>
    /// <exception cref="UserErrorException">Nothing names a folder.</exception>
    public static string Resolve(Func<string, string?> variable, string? localApplicationData)
    {
        if (variable(Variable) is { Length: > 0 } named) return Path.GetFullPath(named);
        return DefaultOf(variable, localApplicationData)
            ?? throw new UserErrorException($"No folder for the run store: {Variable}, XDG_CACHE_HOME and HOME are unset. Set {Variable} to a folder that can be written.", GateExitCode.CannotWrite);
    }

    /// <summary>
    /// Folder for data derived from this machine's files that may be deleted at any time: the store's default place, else the store
    /// itself, else <c>null</c>.
    /// </summary>
    public static string? CacheFromEnvironment() =>
        DefaultOf(Environment.GetEnvironmentVariable,
            OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : null)
        ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Path.GetFullPath(named) : null);

    private static string? DefaultOf(Func<string, string?> variable, string? localApplicationData)
    {
        if (localApplicationData is { Length: > 0 }) return Path.Combine(localApplicationData, "SafetyGate");
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)) return Path.Combine(cache, "safetygate");
        if (variable("HOME") is { Length: > 0 } home) return Path.Combine(Path.GetFullPath(home), ".cache", "safetygate");
        return null;
    }
}
