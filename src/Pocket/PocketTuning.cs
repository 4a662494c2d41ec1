using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket;

/// <summary>A way of tuning the embedded world.</summary>
/// <param name="Name">Name of its recipe from the base model on the sums, such as <c>pocket-dpo</c>.</param>
/// <param name="Family">Where it takes from what is right.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="Recipe">Makes its recipe.</param>
public sealed record PocketTuning(string Name, PocketFamily Family, string Description, Func<PocketStart, IKlRecipe> Recipe);
