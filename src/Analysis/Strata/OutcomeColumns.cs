namespace SafetyGate.Analysis.Strata;

/// <summary>Columns of a table of outcomes.</summary>
/// <param name="Id">The test item.</param>
/// <param name="Hardness">Its hardness.</param>
/// <param name="Train">What was trained on: none, easy, medium, hard or all.</param>
/// <param name="Seed">The training's seed; may be missing in rows of the untrained model.</param>
/// <param name="Score">The score, in [0, 1], or true and false.</param>
public sealed record OutcomeColumns(string Id = "id", string Hardness = "hardness", string Train = "train", string Seed = "seed", string Score = "score");
