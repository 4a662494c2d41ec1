namespace SafetyGate.Models.Adapters;

/// <summary>Modules of a model, as PEFT's <c>target_modules</c> and <c>exclude_modules</c> select them.</summary>
/// <remarks>
/// A list of names, each the whole name of a module or the end of one behind a dot; or one text: <c>all-linear</c>, or a regular expression
/// that matches whole names.
/// </remarks>
public sealed record ModuleSelector
{
    /// <summary>PEFT's word for every linear module but the output head.</summary>
    public const string AllLinearWord = "all-linear";

    private readonly PythonPattern? _pattern;

    private ModuleSelector(IReadOnlyList<string> names, string? expression, PythonPattern? pattern) =>
        (Names, Expression, _pattern) = (names, expression, pattern);

    /// <summary>The names, sorted; empty for an expression.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The expression, or <c>all-linear</c>; <c>null</c> for a list.</summary>
    public string? Expression { get; }

    /// <summary>Whether it is every linear module.</summary>
    public bool IsAllLinear => string.Equals(Expression, AllLinearWord, StringComparison.OrdinalIgnoreCase);

    /// <summary>Modules by name or the end of one.</summary>
    public static ModuleSelector Of(params IReadOnlyList<string> names) =>
        new([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], null, null);

    /// <summary>Every linear module but the output head.</summary>
    public static ModuleSelector AllLinear { get; } = new([], AllLinearWord, null);

    /// <summary>Modules by a regular expression in Python's spelling that matches their whole names.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static ModuleSelector Matching(string expression) => Matching(expression, "The selection of modules");

    /// <inheritdoc cref="Matching(string)"/>
    internal static ModuleSelector Matching(string expression, string source) =>
        string.Equals(expression, AllLinearWord, StringComparison.OrdinalIgnoreCase) ? AllLinear : new([], expression, PythonPattern.Whole(expression, source));

    /// <summary>Whether it is written by its whole name.</summary>
    internal bool HasName(string module) => Names.Contains(module, StringComparer.Ordinal);

    /// <summary>Whether a name of the list is the end of the module's.</summary>
    internal bool EndsWithAny(string module) => Names.Any(name => module.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>Whether the expression matches the module's name.</summary>
    internal bool Fits(string module) => _pattern?.Matches(module) ?? false;

    /// <summary>Whether the selection has the module; <c>all-linear</c> is the caller's.</summary>
    internal bool Has(string module) => Expression is null ? HasName(module) || EndsWithAny(module) : Fits(module);

    /// <summary>The same selection.</summary>
    public bool Equals(ModuleSelector? other) => other is not null && Expression == other.Expression && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Expression, Names.Count);
}
