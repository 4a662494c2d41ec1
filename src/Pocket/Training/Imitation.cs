using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Pocket.Training;

/// <summary>Fine-tuning on the worked answers of the training split.</summary>
internal static class Imitation
{
    /// <summary>The recipe of one style of answers.</summary>
    /// <param name="start">Model, domain and seed.</param>
    /// <param name="style"><c>own-style</c>, <c>house-style</c> or <c>foreign-notation</c>.</param>
    public static SftRecipe Of(PocketStart start, string style) => new()
    {
        Name = start.Name($"pocket-sft-{style}"),
        Base = start.Directory,
        Data = [new DataFile { Path = start.File($"train.{style}"), Prompt = "prompt", Completion = "completion" }],
        Template = PromptTemplate.Chat,
        Compute = Common.Single,
        Selection = start.Selection,
        Options = new SftOptions
        {
            MaxSteps = 200,
            LearningRate = 3e-4,
            Seed = start.Seed,
            PerDeviceTrainBatchSize = 32,
            Schedule = Common.Schedule,
            Optimizer = Common.Optimizer,
            Target = Common.Target(start, everySteps: style == "own-style" ? 1 : 5), // in its own style it passes .80 within a few steps
        },
    };
}
