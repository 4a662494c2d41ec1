using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// What one rendering may use: steps of evaluation and characters of text and elements of lists made on the way.
/// A template is data from strangers, so it ends with a message instead of holding the machine.
/// </summary>
internal sealed class TemplateBudget
{
    /// <summary>Steps of one rendering.</summary>
    public const int MaxSteps = 10_000_000;

    /// <summary>Characters and elements made by one rendering, intermediate values included.</summary>
    public const long MaxMade = 256L << 20;

    /// <summary>Characters of the rendered text, and of each value on the way to it.</summary>
    public const int MaxText = 16 << 20;

    /// <summary>Elements of <c>range</c>, as in Jinja2's sandbox.</summary>
    public const int MaxRange = 100_000;

    /// <summary>Bits of a whole number.</summary>
    public const int MaxBits = 16_384;

    /// <summary>Macros, calls and recursive loops inside each other.</summary>
    public const int MaxDepth = 200;

    private int _steps;
    private long _made;
    private int _depth;

    public void Step(int count = 1)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new TemplateException("the template nests expressions too deeply");
        if ((_steps += count) > MaxSteps || _steps < 0) throw new TemplateException(Invariant($"the template takes more than {MaxSteps:N0} steps"));
    }

    public void Make(long size)
    {
        if (size > MaxText) throw new TemplateException(Invariant($"the template makes a value of more than {MaxText:N0} characters or elements"));
        if ((_made += size) > MaxMade) throw new TemplateException(Invariant($"the template makes more than {MaxMade:N0} characters and elements"));
    }

    public void Enter()
    {
        if (++_depth > MaxDepth) throw new TemplateException(Invariant($"the template nests more than {MaxDepth} calls (a macro that calls itself?)"));
    }

    public void Leave() => _depth--;
}
