using SafetyGate.Core.Files;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>A training that an arm's own builds on, such as a reward model: its checkpoint is the placeholder of its name.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Recipe">Its recipe, with placeholders; without a seed it takes the arm's.</param>
internal sealed record StudyStage(string Name, StrictJsonNode Recipe);
