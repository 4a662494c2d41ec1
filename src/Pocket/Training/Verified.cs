using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Pocket.Training;

/// <summary>Reinforcement learning from the verifier of the answers.</summary>
internal static class Verified
{
    private const int MaxSteps = 120;
    private const double Rate = 1e-4;

    /// <summary>The recipe of one method.</summary>
    /// <param name="start">Model, domain and seed.</param>
    /// <param name="name">Name of the tuning.</param>
    /// <param name="mode">The method; all else is the same for all methods.</param>
    /// <param name="rate">Learning rate.</param>
    public static GrpoRecipe Of(PocketStart start, string name, GrpoMode mode = GrpoMode.Rlvr, double rate = Rate)
    {
        var named = GrpoOptions.For(mode, MaxSteps, rate, start.Seed);
        return new()
        {
            Name = start.Name(name),
            Base = start.Directory,
            Data = new PromptFile { Path = start.File("train.own-style") },
            Template = PromptTemplate.Chat,
            Compute = Common.Single,
            Selection = start.Selection,
            Options = named with
            {
                Beta = start.Beta ?? (named.Beta == 0 ? 0 : Recipes.Beta),
                MaxCompletionLength = PocketSuites.ProblemTokens,
                LossDivisor = 20, // about the tokens of a worked answer, so that the rate means what it means in a mean over tokens
                Schedule = Common.Schedule,
                Optimizer = Common.Optimizer,
                Target = Common.Target(start, everySteps: 5, mustReach: mode == GrpoMode.Rlvr),
            },
        };
    }
}
