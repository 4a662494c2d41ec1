namespace SafetyGate.Models.Adapters;

/// <summary>
/// The embedding and the head that lie in an adapter's file, whole: of modules it saves, and of a base whose vocabulary was resized or whose
/// embedding was changed before the adapter was trained (PEFT's <c>save_embedding_layers</c>).
/// </summary>
internal sealed class SavedVocabulary
{
    /// <summary>How the name of a matrix may go on after its module's.</summary>
    public static readonly string[] Ends = [".weight", ".base_layer.weight", TokenRows.Within + ".base_layer.weight"];

    private readonly AdapterNames _names;
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>Looks into a file.</summary>
    /// <param name="names">Its names. Borrowed.</param>
    /// <param name="site">The base. Borrowed.</param>
    /// <param name="isCopy">Whether a tensor of the file is that parameter of the base, number by number.</param>
    public SavedVocabulary(AdapterNames names, AdapterSite site, Func<string, string, bool> isCopy)
    {
        _names = names;
        foreach (var module in (string[])(site.HasHead ? [site.Embedding, site.Head] : [site.Embedding]))
            if (Ends.Select(end => LoraTarget.Prefix + module + end).FirstOrDefault(name => names.Find(name) is { Shape.Count: 2 }) is { } name && !isCopy(name, module + ".weight"))
                _found.Add(module + ".weight", name);
    }

    /// <summary>Whether the file has low-rank matrices at a module.</summary>
    public bool HasMatrices(string module) => _names.Find(LoraTarget.Prefix + module + ".lora_A.weight") is not null;

    /// <summary>Those that are the base's own, not what the adapter saves: by the file's names and the base's.</summary>
    /// <param name="replaced">Parameters that the adapter saves (<c>modules_to_save</c>).</param>
    /// <param name="keepsTie">Whether the head goes on being the embedding: then the embedding stands for both.</param>
    /// <param name="site">The base.</param>
    public IReadOnlyList<(string File, string Weight)> OfBase(IReadOnlyCollection<string> replaced, bool keepsTie, AdapterSite site)
    {
        if (!keepsTie) return [.. _found.Where(pair => !replaced.Contains(pair.Key)).Select(pair => (pair.Value, pair.Key))];
        var embedding = site.Embedding + ".weight";
        return replaced.Contains(embedding) || _found.Count == 0 ? [] : [(_found.GetValueOrDefault(embedding) ?? _found.Values.First(), embedding)];
    }

    /// <summary>Rows of the embedding with the adapter; those of the base where it brings none.</summary>
    /// <param name="replaced">Parameters that the adapter saves (<c>modules_to_save</c>).</param>
    /// <param name="ofBase">Those of the base that lie beside it.</param>
    /// <param name="keepsTie">Whether the head goes on being the embedding.</param>
    /// <param name="site">The base.</param>
    /// <param name="source">The configuration, for messages.</param>
    /// <exception cref="UserErrorException">Embedding and head have other numbers of rows, or one of them is missing.</exception>
    public int RowsFor(IReadOnlyCollection<string> replaced, IReadOnlyList<(string File, string Weight)> ofBase, bool keepsTie, AdapterSite site, string source)
    {
        string embedding = site.Embedding + ".weight", head = site.Head + ".weight";
        var (rows, headRows) = (Rows(embedding), Rows(head));
        if (keepsTie || !site.HasHead) return rows ?? headRows ?? site.VocabularySize;
        if ((rows ?? site.VocabularySize) == site.VocabularySize && (headRows ?? site.VocabularySize) == site.VocabularySize) return site.VocabularySize;
        // What is the base's own of a tied pair is both.
        if (site.IsTied && rows is null && ofBase.Any(pair => pair.Weight == head)) return headRows!.Value;
        if (site.IsTied && headRows is null && ofBase.Any(pair => pair.Weight == embedding)) return rows!.Value;
        if (rows is null || headRows is null)
            throw new UserErrorException(Invariant($"{source}: the adapter's vocabulary was resized: its {(rows is null ? "head" : "embedding")} has {rows ?? headRows} rows and this base {site.VocabularySize}, and the rows of its {(rows is null ? "embedding" : "head")} are not in the file. Save it with save_embedding_layers=True, or merge it with PEFT into the resized base and give that."));
        return rows == headRows ? rows.Value : throw new UserErrorException(Invariant($"{source}: the adapter's embedding has {rows} rows and its head {headRows}; they must be equal. Save the adapter anew."));

        int? Rows(string weight) => _found.TryGetValue(weight, out var name) && (replaced.Contains(weight) || ofBase.Any(pair => pair.File == name)) ? (int)_names.Find(name)!.Shape[0] : null;
    }
}
