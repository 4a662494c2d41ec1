using System.Diagnostics;
using System.Globalization;

namespace SafetyGate.MemoryBench;

/// <summary>Work in processes of their own, so that none finds memory that another has left.</summary>
internal static class Processes
{
    /// <summary>Runs this program again and reads the numbers it prints.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static IReadOnlyList<long> Numbers(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SafetyGate.MemoryBench.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var numbers = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. numbers.Select(number => long.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException(FormattableString.Invariant($"The run '{string.Join(' ', arguments)}' ended with {process.ExitCode}."));
    }
}
