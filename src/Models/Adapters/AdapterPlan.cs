using SafetyGate.Core.Files;

namespace SafetyGate.Models.Adapters;

/// <summary>Which parts of a base an adapter's configuration changes.</summary>
/// <remarks>Source of the rules: PEFT 0.21, <c>check_target_module_exists</c>, <c>get_pattern_key</c> and <c>_set_trainable</c>.</remarks>
internal sealed class AdapterPlan
{
    private AdapterPlan(IReadOnlyList<LoraTarget> targets, IReadOnlyList<string> replaced, IReadOnlyList<string> biases) =>
        (Targets, Replaced, Biases) = (targets, replaced, biases);

    /// <summary>The modules with matrices, in the base's order.</summary>
    public IReadOnlyList<LoraTarget> Targets { get; }

    /// <summary>The base's parameters in whose place the adapter has its own, by the base's names.</summary>
    public IReadOnlyList<string> Replaced { get; }

    /// <summary>The base's biases in whose place the adapter has its own.</summary>
    public IReadOnlyList<string> Biases { get; }

    /// <summary>Finds them.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="site">The base.</param>
    /// <param name="source">Where the configuration came from, for messages.</param>
    /// <param name="isRecipe">Whether a person wrote it: a name that selects nothing is then refused.</param>
    /// <param name="nameOf">What the configuration calls a module of the base; the same where <c>null</c>.</param>
    /// <exception cref="UserErrorException">Nothing is selected, or something that cannot have matrices; or a setting is not supported on this
    /// base.</exception>
    public static AdapterPlan Of(LoraConfig config, AdapterSite site, string source, bool isRecipe = false, Func<string, string>? nameOf = null)
    {
        nameOf ??= static module => module;
        var selector = config.TargetModules
            ?? throw new UserErrorException($"{source} has no 'target_modules', so it is not known which modules it changes. Name them in it.");
        var saved = new SavedModules(config.ModulesToSave ?? [], source);
        var targets = Selected(config, selector, site, saved, source, nameOf);
        if (targets.Count == 0)
            throw new UserErrorException($"{source}: 'target_modules' ({selector.Expression ?? string.Join(", ", selector.Names)}) selects no module of this base, which has {Examples(site)}.");
        var replaced = saved.Of(site, nameOf);
        if (isRecipe) RequireAllNamesUsed(config, site, targets, source);
        if (config.EnsureWeightTying && site.IsTied && (targets.Any(target => IsShared(target.Module)) || replaced.Any(name => IsShared(AdapterSite.ModuleOf(name)))))
            throw new UserErrorException($"{source}: 'ensure_weight_tying' is true and the adapter changes the embedding or the head, which are one matrix in this base; that is not supported. Leave it out: the two then change apart.");
        var biases = config.Bias switch
        {
            LoraBias.All => [.. site.Biases],
            LoraBias.LoraOnly => targets.Select(target => site.BiasOf(target.Module)).OfType<string>().ToList(),
            _ => (IReadOnlyList<string>)[],
        };
        return new(targets, replaced, [.. biases.Except(replaced, StringComparer.Ordinal)]);

        bool IsShared(string module) => module == site.Embedding || module == site.Head;
    }

    private static List<LoraTarget> Selected(LoraConfig config, ModuleSelector selector, AdapterSite site, SavedModules saved, string source, Func<string, string> nameOf)
    {
        var layers = new LayerChoice(config, source);
        var (ranks, alphas) = (Keys(config.RankPattern, source, "rank_pattern"), Keys(config.AlphaPattern, source, "alpha_pattern"));
        var found = new List<LoraTarget>();
        foreach (var module in selector.IsAllLinear ? site.LinearModules.Where(module => module != site.Head) : site.Modules)
        {
            var name = nameOf(module);
            if (config.ExcludeModules?.Has(name) == true || saved.Covers(name)) continue;
            if (!selector.IsAllLinear && !IsSelected(selector, name, layers)) continue;
            var rank = ranks.Find(key => key.Pattern.Matches(name)) is { Pattern: not null } one ? one.Value : config.R;
            var alpha = alphas.Find(key => key.Pattern.Matches(name)) is { Pattern: not null } other ? other.Value : config.LoraAlpha;
            found.Add(Target(config, site, module, rank, config.Scale(rank, alpha), source));
        }

        return found;
    }

    private static LoraTarget Target(LoraConfig config, AdapterSite site, string module, int rank, double scale, string source)
    {
        if (site.Linear(module) is { } linear) return new(module, rank, scale, linear.Inputs, linear.Outputs, IsEmbedding: false);
        if (module != site.Embedding || site.Embedding.Length == 0)
            throw new UserErrorException($"{source}: 'target_modules' selects '{module}', which is neither a linear module nor the embedding; only those can have low-rank matrices.");
        if (config.UseDora) throw new UserErrorException($"{source}: 'use_dora' is true for the embedding '{module}'; DoRA is supported for linear modules.");
        if (config.LoraBias) throw new UserErrorException($"{source}: 'lora_bias' is true for the embedding '{module}'; PEFT has it for linear modules only.");
        var shape = site.Value(module + ".weight")!.shape;
        return new(module, rank, scale, shape[0], shape[1], IsEmbedding: true);
    }

    private static bool IsSelected(ModuleSelector selector, string module, LayerChoice layers)
    {
        if (selector.Expression is not null) return selector.Fits(module);
        return selector.HasName(module) || (selector.EndsWithAny(module) && layers.Has(module)); // by its whole name it is taken whatever its layer
    }

    private static List<(PythonPattern Pattern, T Value)> Keys<T>(IEnumerable<KeyValuePair<string, T>> pattern, string source, string key) =>
        [.. pattern.Select(pair => (LoraConfigReader.PatternKey(pair.Key, $"{source}: '{key}'"), pair.Value))];

    // A name that selects nothing is a slip of the pen; the run would train less than it says.
    private static void RequireAllNamesUsed(LoraConfig config, AdapterSite site, List<LoraTarget> targets, string source)
    {
        foreach (var name in config.TargetModules!.Names)
            if (!targets.Exists(target => target.Module == name || target.Module.EndsWith("." + name, StringComparison.Ordinal)))
                throw Unknown("target_modules", name, site.LinearModules);
        foreach (var name in config.ModulesToSave ?? [])
            if (!site.Modules.Any(module => module.EndsWith(name, StringComparison.Ordinal)))
                throw Unknown("modules_to_save", name, site.Modules);

        UserErrorException Unknown(string key, string name, IEnumerable<string> modules) =>
            new($"{source}: '{key}' has '{name}', which selects no module of this base; did you mean '{NearestName.Of(name, modules.Select(Last).Distinct(StringComparer.Ordinal))}'?");
    }

    private static string Examples(AdapterSite site) => string.Join(", ", site.LinearModules.Select(Last).Distinct(StringComparer.Ordinal).Take(8));

    private static string Last(string module) => module[(module.LastIndexOf('.') + 1)..];

    /// <summary>Layers by number, where the configuration limits them.</summary>
    private sealed class LayerChoice(LoraConfig config, string source)
    {
        private readonly List<PythonPattern> _patterns = config.LayersToTransform is null ? [] : config.LayersPattern is { Count: > 0 } names
            ? [.. names.Select(name => PythonPattern.Within(name, $"{source}: 'layers_pattern'", @".*?\.(?:", @")\.(?<last>\d+)\."))]
            : [PythonPattern.Within("", source, @".*?\.[^.]*", @"\.(?<last>\d+)\.")];

        public bool Has(string module)
        {
            if (config.LayersToTransform is not { } layers) return true;
            var number = _patterns.Select(pattern => pattern.LastGroup(module)).FirstOrDefault(found => found is not null);
            return int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var layer) && layers.Contains(layer);
        }
    }

    /// <summary>Modules that are saved whole; they get no matrices, nor does what is within them.</summary>
    private sealed class SavedModules(IReadOnlyList<string> names, string source)
    {
        private readonly List<PythonPattern> _patterns =
            [.. names.Select(name => PythonPattern.Within(name, $"{source}: 'modules_to_save'", @"(^|.*\.)(?:", @")($|\..*)"))];

        public bool Covers(string module) => _patterns.Exists(pattern => pattern.Matches(module));

        public IReadOnlyList<string> Of(AdapterSite site, Func<string, string> nameOf) =>
        [
            .. site.Modules.Where(module => names.Any(name => nameOf(module).EndsWith(name, StringComparison.Ordinal))).SelectMany(site.ParametersOf)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
