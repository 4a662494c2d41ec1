using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;

namespace SafetyGate.Trainers.Recipes;

/// <summary>A run whose data was read.</summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
/// <typeparam name="TModel">What is trained.</typeparam>
/// <param name="Shape">Sizes of the data, which decide how much memory it takes.</param>
/// <param name="Train">Trains the loaded model, which then has the trained weights.</param>
public sealed record PreparedRun<TOptions, TModel>(RunShape Shape, Func<TrainingContext<TOptions, TModel>, TrainingReport> Train) where TOptions : TrainingOptions;
