namespace SafetyGate.SpeedBench;

/// <summary>Options of the command line, each a name and a value.</summary>
internal static class Arguments
{
    public static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
