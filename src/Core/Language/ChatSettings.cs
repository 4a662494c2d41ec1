using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Core.Language;

/// <summary>How a model's chat template is used: which of several, and its variables. Part of a model's identity as a result has it.</summary>
public sealed record ChatSettings
{
    /// <summary>Variables that have a place of their own.</summary>
    internal static readonly IReadOnlyList<string> Reserved =
        ["messages", "tools", "documents", "add_generation_prompt", "continue_final_message", "chat_template", "tokenize"];

    /// <summary>The model's own template, without variables.</summary>
    public static ChatSettings Default { get; } = new();

    /// <summary>Name of the template among several; <c>null</c>: <c>tool_use</c> when there are tools and it exists, else
    /// <c>default</c>.</summary>
    public string? Template { get; init; }

    /// <summary>Variables of the template (<c>enable_thinking</c> …): the text of a JSON object; <c>null</c> for none.</summary>
    public string? Arguments { get; init; }

    /// <summary>Whether nothing is set.</summary>
    public bool IsDefault => Template is null && Arguments is null;

    /// <summary>Settings as recipes and the command line have them.</summary>
    /// <param name="template">Name of a template; <c>null</c> for the default.</param>
    /// <param name="arguments">Variables; <c>null</c> for none.</param>
    /// <exception cref="UserErrorException">The name is blank, or a variable is not the caller's to give.</exception>
    public static ChatSettings Of(string? template, JsonObject? arguments)
    {
        if (template is not null && string.IsNullOrWhiteSpace(template)) throw new UserErrorException("chat_template is blank; give the name of a template, or leave it out.");
        try
        {
            return new() { Template = template, Arguments = arguments is null ? null : Conversation.ArgumentsOf(JsonSerializer.SerializeToElement(arguments), "chat_template_kwargs") };
        }
        catch (FormatException e)
        {
            throw new UserErrorException(e.Message + ".", e);
        }
    }

    /// <summary>The digest of a template as it is used; that of the template itself when nothing is set.</summary>
    /// <param name="template">Digest of the template; may be empty.</param>
    public string DigestWith(string template) => IsDefault
        ? template
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new[] { template, Template, Arguments }))));
}
