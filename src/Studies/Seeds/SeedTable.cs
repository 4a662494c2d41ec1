namespace SafetyGate.Studies.Seeds;

/// <summary>Figures beside the claims of a section, such as a rate for each category.</summary>
/// <param name="Title">What they are.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">Cells of each row, as many as columns.</param>
public sealed record SeedTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows);
