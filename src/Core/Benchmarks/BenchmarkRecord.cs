using System.Text.Json;

namespace SafetyGate.Core.Benchmarks;

/// <summary>One row of a benchmark file before it is an item.</summary>
/// <param name="Line">Line on which the row begins, from 1.</param>
/// <param name="Fields">Value by column.</param>
internal sealed record BenchmarkRecord(int Line, IReadOnlyDictionary<string, BenchmarkField> Fields);

/// <summary>One value of a row.</summary>
/// <param name="Kind">Kind of the value in the file: <c>string</c>, <c>number</c>, <c>null</c>, <c>boolean</c>, <c>object</c> or
/// <c>array</c>.</param>
/// <param name="Text">The text of a string, the digits of a number as written, or <c>true</c> or <c>false</c>; empty for the other kinds.</param>
/// <param name="Json">The value itself where it is an object or an array.</param>
internal readonly record struct BenchmarkField(string Kind, string Text, JsonElement? Json = null);
