using SafetyGate.Models.Families;

namespace SafetyGate.Models.Checkpoints;

/// <summary>The files of a model directory beside its weights.</summary>
public sealed record CheckpointFiles
{
    private static readonly string[] CopiedNames =
    [
        CheckpointReader.GenerationConfigFileName, Tokenization.TokenizerFile.FileName, "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", Chat.ChatRenderers.TemplateFileName, Chat.ChatRenderers.TemplateJsonFileName,
        Chat.ChatRenderers.ProcessorFileName,
    ];

    /// <summary>The text of <c>config.json</c>, a JSON object.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>
    /// Other files by name (no folders): <c>generation_config.json</c>, <c>tokenizer.json</c>, <c>chat_template.jinja</c> and so on.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> Others { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>The files of a model directory that a tuned copy of its model needs too.</summary>
    /// <exception cref="UserErrorException"><c>config.json</c> is missing, or a file cannot be read.</exception>
    public static CheckpointFiles CopiedFrom(string directory) => new()
    {
        ConfigJson = DecoderConfig.TextPartOf(ModelFiles.ReadText(Path.Combine(directory, CheckpointReader.ConfigFileName)), Path.Combine(directory, CheckpointReader.ConfigFileName)),
        Others = OthersOf(directory),
    };

    /// <summary>The files that a copy needs beside <c>config.json</c>.</summary>
    /// <exception cref="UserErrorException">A file cannot be read.</exception>
    internal static Dictionary<string, byte[]> OthersOf(string directory) => CopiedNames.Where(name => File.Exists(Path.Combine(directory, name)))
        .ToDictionary(name => name, name => ModelFiles.ReadBytes(Path.Combine(directory, name)), StringComparer.Ordinal);
}
