namespace SafetyGate.Models.Chat.Templates;

/// <summary>A template that cannot be read or evaluated; the message is the one its author or user needs.</summary>
internal sealed class TemplateException(string message, int line = 0) : Exception(message)
{
    /// <summary>Line of the template, from 1; 0 when unknown.</summary>
    public int Line { get; } = line;

    public static TemplateException Type(string message) => new("TypeError: " + message);

    public static TemplateException Value(string message) => new("ValueError: " + message);

    public static TemplateException Unsafe(string message) => new("SecurityError: " + message);
}

/// <summary>The message that a template gave to <c>raise_exception</c>.</summary>
internal sealed class RaisedByTemplateException(string message) : Exception(message);
