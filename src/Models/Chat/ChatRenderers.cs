using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Chat;

/// <summary>Finds the renderer for a model directory's chat template.</summary>
public static class ChatRenderers
{
    /// <summary>The file that holds a model's chat template.</summary>
    public const string TemplateFileName = "chat_template.jinja";

    private const string ConfigFileName = "tokenizer_config.json";

    /// <summary>
    /// The renderer for the template in <c>chat_template.jinja</c> or, without that file, in <c>tokenizer_config.json</c>.
    /// </summary>
    /// <returns><c>null</c> if the directory has no template. For an unsupported template, a renderer that throws when it is
    /// used.</returns>
    /// <exception cref="UserErrorException">A file cannot be read or is malformed.</exception>
    public static IChatRenderer? For(string directory)
    {
        var path = Path.Combine(directory, TemplateFileName);
        if (File.Exists(path)) return Create(path, ModelFiles.ReadText(path));
        path = Path.Combine(directory, ConfigFileName);
        return File.Exists(path) && FromConfig(path) is { } template ? Create(path, template) : null;
    }

    internal static string DigestOf(string template) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template)));

    private static IChatRenderer Create(string source, string template) =>
        PocketChatRenderer.TryCreate(template) ?? (IChatRenderer)new UnsupportedChatRenderer(source, template);

    // A string, or a list of named templates of which "default" counts.
    private static string? FromConfig(string path)
    {
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        if (!document.RootElement.TryGetProperty("chat_template", out var template) || template.ValueKind == JsonValueKind.Null)
            return null;
        try
        {
            if (template.ValueKind == JsonValueKind.String) return template.GetString();
            if (template.ValueKind == JsonValueKind.Array)
            {
                foreach (var named in template.EnumerateArray())
                {
                    if (named.ValueKind == JsonValueKind.Object && named.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == "default" &&
                        named.TryGetProperty("template", out var text) && text.ValueKind == JsonValueKind.String) return text.GetString();
                }

                return null;
            }
        }
        catch (InvalidOperationException e)
        {
            throw new UserErrorException($"{path}: 'chat_template' is not valid Unicode.", e);
        }

        throw new UserErrorException($"{path}: 'chat_template' is neither a string nor a list of named templates.");
    }
}
