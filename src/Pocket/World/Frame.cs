namespace SafetyGate.Pocket.World;

/// <summary>A frame of a request: the words before and after it.</summary>
/// <param name="Suite">Suite it belongs to: <c>direct</c>, <c>persona</c>, <c>prefix</c>, <c>suppression</c> or <c>story</c>.</param>
/// <param name="Name">Name inside the suite.</param>
/// <param name="Before">Words before the request; may be empty.</param>
/// <param name="After">Words after it; may be empty.</param>
/// <param name="SeenInAlignment">True when alignment trains refusals in it; false for a frame only the evaluation puts harmful requests
/// in.</param>
public sealed record Frame(string Suite, string Name, string Before, string After, bool SeenInAlignment)
{
    /// <summary>The request in this frame.</summary>
    public string Put(string asking) => string.Join(' ', new[] { Before, asking, After }.Where(part => part.Length > 0));

    /// <summary>Suite and name, such as <c>persona/robot</c>.</summary>
    public override string ToString() => $"{Suite}/{Name}";
}
