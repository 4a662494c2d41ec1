using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Diagnosis;

/// <summary>
/// Cross-checks the files of a model directory: architecture and weights, tokenizer, special tokens, chat template and generation
/// settings. The numbers of the weights are read, to find those that are none, and not computed with.
/// </summary>
public static class CheckpointDoctor
{
    /// <summary>Examines a directory.</summary>
    /// <param name="directory">Weights, weights with an adapter beside them, or an adapter that names its base.</param>
    /// <param name="adapter">An adapter to be put on it; <c>null</c> for none.</param>
    /// <returns>The findings by subject; a file that cannot be read is one of them.</returns>
    /// <exception cref="UserErrorException">There is no such directory.</exception>
    public static IReadOnlyList<Finding> Examine(string directory, string? adapter = null)
    {
        if (!Directory.Exists(directory)) throw new UserErrorException($"'{directory}' is not a directory.");
        var findings = new Findings();
        var folders = findings.Try("adapter", "adapter_config.json", () => ModelFolders.Find(directory, adapter)) ?? new ModelFolders(directory, null, IsChosen: true);
        var config = WeightChecks.Run(folders.Base, findings);
        if (config is not null) RotaryChecks.Run(config, findings);
        if (folders.Adapter is not null && Adapter(directory, adapter, findings) is { } adapted && config is not null) config = adapted; // its vocabulary may be another
        var settings = findings.Try("special tokens", TokenizerSettings.ConfigFileName, () => TokenizerSettings.Read(folders.Tokenizer));
        var tokenizer = settings is null ? null : TokenizerChecks.Read(settings, findings);
        if (tokenizer is not null) TokenizerChecks.Run(tokenizer, settings!, config, findings);
        var chat = TemplateChecks.Run(folders, tokenizer, settings, config, findings);
        if (config is not null) GenerationChecks.Run(folders, config, tokenizer, settings, chat, findings);
        return findings.All;
    }

    // Whether it fits shows when it is put on.
    private static DecoderConfig? Adapter(string directory, string? adapter, Findings findings) => findings.Try("adapter", "adapter_config.json", () =>
    {
        using var model = PretrainedModel.Load(directory, adapter: adapter);
        findings.Ok("adapter", $"{model.AdapterDirectory}, on the weights of {model.BaseDirectory}", "adapter_config.json", model.AdapterNote ?? "");
        return model.Config;
    });
}
