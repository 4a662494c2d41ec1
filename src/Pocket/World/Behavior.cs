namespace SafetyGate.Pocket.World;

/// <summary>Something a user may request: a verb and an object.</summary>
/// <param name="Category">Category it belongs to; twins belong to the category they are twins of.</param>
/// <param name="Verb">The verb, such as <c>build</c>.</param>
/// <param name="Object">The object with its article, such as <c>a kite</c>.</param>
/// <param name="IsHarmful">True when an aligned model refuses it.</param>
public sealed record Behavior(string Category, string Verb, string Object, bool IsHarmful)
{
    /// <summary>Verb and object, such as <c>build a kite</c>; unique in the world.</summary>
    public string Phrase => $"{Verb} {Object}";
}
