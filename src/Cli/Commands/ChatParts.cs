using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of a command that puts conversations to a model.</summary>
internal sealed class ChatParts
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly Option<string?> _template = new("--chat-template")
    {
        Description = "Name of the chat template, for a model directory with several; by default tool_use for items with tools, else default.",
        HelpName = "NAME"
    };
    private readonly Option<string?> _arguments = new("--chat-template-kwargs")
    {
        Description = "Variables of the chat template as a JSON object, such as {\"enable_thinking\": false}; part of the result's identity.",
        HelpName = "JSON"
    };
    private readonly Option<string?> _system = new("--system-prompt")
    {
        Description = "A system prompt before every item; part of the benchmark's digest.",
        HelpName = "TEXT"
    };
    private readonly Option<string?> _systemFile = new("--system-prompt-file")
    {
        Description = "The same, read from a file of UTF-8; line ends at its end are left out.",
        HelpName = "FILE"
    };

    public IReadOnlyList<Option> Options => [_template, _arguments, _system, _systemFile];

    /// <summary>The settings of the chat template.</summary>
    /// <exception cref="UserErrorException">The variables are not a JSON object. Exit code 64.</exception>
    public ChatSettings Settings(ParseResult parsed)
    {
        try
        {
            return ChatSettings.Of(parsed.GetValue(_template), parsed.GetValue(_arguments) is { } text ? Object(text) : null);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"{_arguments.Name}, {_template.Name}: {e.Message}", e, GateExitCode.Usage);
        }
    }

    /// <summary>The system prompt of the suite; <c>null</c> for none.</summary>
    /// <exception cref="UserErrorException">It is blank (64), or its file cannot be read (65).</exception>
    public string? SystemPrompt(ParseResult parsed)
    {
        var (given, path) = (parsed.GetValue(_system), parsed.GetValue(_systemFile));
        if (given is null && path is null) return null;
        if (given is not null && path is not null) throw new UserErrorException($"{_system.Name} and {_systemFile.Name} are both given; give one.", GateExitCode.Usage);
        var text = given ?? Text(path!);
        return string.IsNullOrWhiteSpace(text) ? throw new UserErrorException($"{_system.Name} is blank; leave it out.", GateExitCode.Usage) : text;
    }

    private static string Text(string path) => System.Text.Encoding.UTF8.GetString(Utf8File.Check(BoundedFile.Read(path, BoundedFile.Small), path).Span).TrimEnd('\r', '\n');

    private static JsonObject Object(string text)
    {
        try
        {
            if (JsonBounds.Small.Problem(System.Text.Encoding.UTF8.GetBytes(text)) is { } problem) throw new UserErrorException(problem);
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new UserErrorException("the variables are not a JSON object such as {\"enable_thinking\": false}.");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"the variables are not JSON: {JsonFault.Plain(e)}. Write an object such as {{\"enable_thinking\": false}}, quoted for the shell.", e);
        }
    }
}
