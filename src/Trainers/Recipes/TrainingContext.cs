using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Recipes;

/// <summary>What a training runs with.</summary>
/// <typeparam name="TOptions">The algorithm's settings.</typeparam>
/// <typeparam name="TModel">What is trained.</typeparam>
/// <param name="Model">The model, freshly loaded. Borrowed.</param>
/// <param name="Options">The recipe's settings, divided into passes that fit the memory.</param>
/// <param name="Probe">Measures the policy on the selection split; <c>null</c> without one.</param>
/// <param name="Directory">Folder of metrics and state.</param>
/// <param name="Progress">Receives a report once a step.</param>
/// <param name="CancellationToken">Checked once a step.</param>
public sealed record TrainingContext<TOptions, TModel>(TModel Model, TOptions Options, AccuracyProbe? Probe, string Directory,
    IProgress<RunProgress> Progress, CancellationToken CancellationToken) where TOptions : TrainingOptions;
