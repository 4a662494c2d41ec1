namespace SafetyGate.Models.Adapters;

/// <summary>The matrices of parameters that are named by themselves (<c>target_parameters</c>).</summary>
/// <remarks>Source: PEFT, <c>_inject_parameters</c> and <c>ParamWrapper</c>.</remarks>
internal sealed class ParameterTargets(LoraConfig config, AdapterSite site, string source, Func<string, string> nameOf, Func<string, (int Rank, double Scale)> sizeOf)
{
    /// <summary>Finds them.</summary>
    /// <param name="names">The names of the configuration.</param>
    /// <param name="hasPlace">Whether the adapter's file has matrices at a module; <c>null</c> where there is no file yet.</param>
    /// <exception cref="UserErrorException">A name selects a parameter that cannot have matrices.</exception>
    public IEnumerable<LoraTarget> Of(IReadOnlyList<string> names, Func<string, bool>? hasPlace)
    {
        foreach (var module in site.Experts.GroupBy(parameter => parameter.Module))
        {
            // PEFT wraps one around the other: the last is the outermost, and has the module's own name.
            var chosen = module.Where(parameter => IsNamed(nameOf(module.Key) + "." + parameter.Name, names)).ToList();
            foreach (var (index, parameter) in chosen.Index())
                foreach (var target in OfExperts(parameter, string.Concat(Enumerable.Repeat(".base_layer", chosen.Count - 1 - index))))
                    yield return target;
        }

        foreach (var module in site.LinearModules)
            if (OfLinear(module, names, hasPlace) is { } target)
                yield return target;
        RequireOnlyThese(names);
    }

    private IEnumerable<LoraTarget> OfExperts(ExpertParameter parameter, string within)
    {
        var (rank, scale) = sizeOf(nameOf(parameter.Module) + "." + parameter.Name);
        var rows = parameter.Outputs / parameter.Projections.Count;
        for (var expert = 0; expert < parameter.Experts; expert++)
            foreach (var (index, projection) in parameter.Projections.Index())
                yield return new(parameter.ModuleOf(expert, projection), rank, scale, parameter.Inputs, rows, IsEmbedding: false)
                {
                    Place = parameter.Module + within,
                    Experts = new(expert, parameter.Experts, index * rows, parameter.Outputs),
                    IsParameter = true,
                };
    }

    private LoraTarget? OfLinear(string module, IReadOnlyList<string> names, Func<string, bool>? hasPlace)
    {
        var newer = site.NewerName(module);
        var place = newer is not null && IsNamed(nameOf(newer) + ".weight", names) && hasPlace?.Invoke(newer) != false ? newer : module;
        if (place == module && !IsNamed(nameOf(module) + ".weight", names)) return null;
        var linear = site.Linear(module)!;
        if (linear.InputsFirst)
            throw new UserErrorException($"{source}: 'target_parameters' selects '{module}.weight', which is stored with its inputs first in this base; that is supported for modules alone. Merge the adapter into its base with PEFT (merge_and_unload) and give the merged model.");
        var (rank, scale) = sizeOf(nameOf(place) + ".weight");
        return new(module, rank, scale, linear.Inputs, linear.Outputs, IsEmbedding: false) { Place = place, IsParameter = true };
    }

    // What else a name selects: an embedding, norms.
    private void RequireOnlyThese(IReadOnlyList<string> names)
    {
        if (site.Parameters.FirstOrDefault(parameter => site.Linear(AdapterSite.ModuleOf(parameter)) is null && IsNamed(nameOf(AdapterSite.ModuleOf(parameter)) + parameter[AdapterSite.ModuleOf(parameter).Length..], names)) is { } other)
            throw new UserErrorException($"{source}: 'target_parameters' selects '{other}'; supported are the parameters of experts (gate_up_proj, down_proj) and weights of linear modules. Merge the adapter into its base with PEFT (merge_and_unload) and give the merged model.");
        if (config.TargetModules is null && site.Experts.All(parameter => !IsNamed(nameOf(parameter.Module) + "." + parameter.Name, names)) && !site.LinearModules.Any(module => OfLinear(module, names, null) is not null))
            throw new UserErrorException($"{source}: 'target_parameters' ({string.Join(", ", names)}) selects no parameter of this base{(site.Experts.Count > 0 ? $", which has {string.Join(", ", site.Experts.Take(2).Select(parameter => parameter.Module + "." + parameter.Name))}" : ", which has no experts")}.");
    }

    private static bool IsNamed(string parameter, IReadOnlyList<string> names) =>
        names.Any(name => parameter == name || parameter.EndsWith("." + name, StringComparison.Ordinal));
}
