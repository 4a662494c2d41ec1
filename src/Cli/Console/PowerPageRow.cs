namespace SafetyGate.Cli.Console;

/// <summary>Items needed at one discordance, for each margin; <c>null</c> where no number does.</summary>
internal sealed record PowerPageRow(double Discordance, IReadOnlyList<int?> Items);
