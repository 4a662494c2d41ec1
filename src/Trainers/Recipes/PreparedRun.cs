using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;

namespace SafetyGate.Trainers.Recipes;

/// <summary>A run whose data was read.</summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
/// <param name="Shape">Sizes of the data, which decide how much memory it takes.</param>
/// <param name="Train">Trains the loaded model, whose decoder then has the trained weights.</param>
public sealed record PreparedRun<TOptions>(RunShape Shape, Func<TrainingContext<TOptions>, TrainingReport> Train) where TOptions : TrainingOptions;
