using System.Reflection;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The start of a test program: the verdicts of an earlier run no longer hold from then on, whatever fails, or is left out, before the first
/// of this one. The package's build calls it when the program starts, and makes it a fixture of the assembly, which xunit makes before any
/// other, for hosts that start the program to list its tests and then run them.
/// </summary>
public sealed class StartedRun
{
    // Of xunit's own command line and of Microsoft.Testing.Platform's: what lists tests, tells something, or waits for a host's orders runs nothing by itself.
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "-list", "-assemblyInfo", "-?", "-h", "-help", "/?", "--list-tests", "--help", "--info", "-??", "--server", "--internal-msbuild-node",
    };

    /// <summary>Begins the run.</summary>
    public StartedRun() => SpecSession.Begin();

    /// <summary>Begins the run of a program that was started to run its tests.</summary>
    /// <param name="program">The program; another one that only loads its assembly begins nothing.</param>
    public static void Of(Assembly program)
    {
        if (program == Assembly.GetEntryAssembly() && Runs(Environment.GetCommandLineArgs()[1..])) SpecSession.Begin();
    }

    /// <summary>Whether a test program with these arguments runs tests, be it that a filter leaves out all of them.</summary>
    /// <param name="arguments">The arguments.</param>
    internal static bool Runs(IReadOnlyList<string> arguments) => !Written(arguments).Any(Others.Contains);

    // Test hosts, such as the one of dotnet test, write the arguments into a file, one a line.
    private static IEnumerable<string> Written(IReadOnlyList<string> arguments)
    {
        if (arguments is not ["@@", var path]) return arguments;
        try
        {
            return BoundedFile.ReadText(path).Split('\n', StringSplitOptions.TrimEntries);
        }
        catch (UserErrorException)
        {
            return []; // perhaps a run
        }
    }
}
