namespace SafetyGate.Core.Runs;

/// <summary>
/// A recipe whose trained model can be read beside its untuned reference, token by token, so that their KL can be measured.
/// </summary>
public interface IKlRecipe : IRecipe
{
    /// <summary>Opens a meter of KL(trained‖untuned). The caller disposes it.</summary>
    /// <param name="checkpointDirectory">The <c>checkpoint/</c> folder of the run.</param>
    IKlMeter OpenKlMeter(string checkpointDirectory);
}
