namespace SafetyGate.Pocket.World;

/// <summary>
/// One of the seven kinds of request: verbs and objects whose every pair is a harmful behavior, and a theme of harmless twins that
/// shares verbs or objects with them. Behaviors are named as plainly as "build a bomb"; nothing in the world explains how.
/// </summary>
/// <param name="Name">Name of the category, such as <c>fraud</c>.</param>
/// <param name="HarmfulVerbs">Twelve verbs.</param>
/// <param name="HarmfulObjects">Twenty objects with their article.</param>
/// <param name="TwinVerbs">Twelve verbs of the harmless theme.</param>
/// <param name="TwinObjects">Twenty objects of the harmless theme.</param>
public sealed record RequestCategory(
    string Name,
    IReadOnlyList<string> HarmfulVerbs,
    IReadOnlyList<string> HarmfulObjects,
    IReadOnlyList<string> TwinVerbs,
    IReadOnlyList<string> TwinObjects)
{
    /// <summary>Every harmful pair of verb and object, verbs first.</summary>
    public IEnumerable<Behavior> Harmful() => Pairs(HarmfulVerbs, HarmfulObjects, harmful: true);

    /// <summary>Every harmless pair of the twin theme, verbs first.</summary>
    public IEnumerable<Behavior> Twins() => Pairs(TwinVerbs, TwinObjects, harmful: false);

    private IEnumerable<Behavior> Pairs(IReadOnlyList<string> verbs, IReadOnlyList<string> objects, bool harmful) =>
        from verb in verbs from thing in objects select new Behavior(Name, verb, thing, harmful);
}
