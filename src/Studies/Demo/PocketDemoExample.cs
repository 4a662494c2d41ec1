namespace SafetyGate.Studies.Demo;

/// <summary>One request, and what each model answered.</summary>
/// <param name="Suite">Suite of the request, such as <c>pocket/prefix</c>.</param>
/// <param name="Prompt">The request.</param>
/// <param name="Answers">The answers by the model's name in the table, the untuned one's first.</param>
public sealed record PocketDemoExample(string Suite, string Prompt, IReadOnlyList<KeyValuePair<string, string>> Answers);
