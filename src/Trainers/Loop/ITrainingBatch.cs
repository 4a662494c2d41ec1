using System.Text.Json.Nodes;

namespace SafetyGate.Trainers.Loop;

/// <summary>The data of one step of training. Owns its tensors.</summary>
public interface ITrainingBatch : IDisposable
{
    /// <summary>Ids of the examples or prompts, for messages.</summary>
    IReadOnlyList<string> ExampleIds { get; }

    /// <summary>Tokens read by one update, padding left out.</summary>
    long TokenCount { get; }

    /// <summary>Tokens read by the first updates, padding left out.</summary>
    /// <param name="updates">How many updates.</param>
    long TokensOf(int updates) => TokenCount * updates;

    /// <summary>
    /// Whether the update whose gradients were just computed, and those after it, are to be left out: the data has nothing more to teach.
    /// Not asked of the first update.
    /// </summary>
    bool EndsHere => false;

    /// <summary>Adds the gradients of one update to the parameters.</summary>
    /// <param name="collect">Takes the gradients so far out of the parameters; called after each pass, and after each chunk of logits.</param>
    /// <returns>The loss.</returns>
    double Backward(Action collect);

    /// <summary>
    /// Adds the step's own metrics to its row, which has step, epoch, loss, gradient norm, learning rate and tokens already.
    /// </summary>
    void AddMetrics(JsonObject row);
}
