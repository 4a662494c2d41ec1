namespace SafetyGate.Cli.Tests.Architecture.Planted.Second;

/// <summary>One half of a cycle that the rule must find.</summary>
internal sealed class SecondFolder
{
    public First.FirstFolder? Other { get; init; }
}
