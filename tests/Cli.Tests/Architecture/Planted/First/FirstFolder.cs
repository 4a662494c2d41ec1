namespace SafetyGate.Cli.Tests.Architecture.Planted.First;

/// <summary>One half of a cycle that the rule must find.</summary>
internal sealed class FirstFolder
{
    public Second.SecondFolder? Other { get; init; }
}
