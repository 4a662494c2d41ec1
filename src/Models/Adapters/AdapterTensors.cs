using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>Reads the tensors of a saved adapter; each must have its place, and each place its tensor.</summary>
internal sealed class AdapterTensors(AdapterFile file, AdapterPlan plan, AdapterSite site, IDecoder @base)
{
    private const string BaseLayer = ".base_layer.";
    private readonly HashSet<string> _unread = [.. file.Names.All];

    private string Source => file.Tensors.Path;

    /// <summary>Reads all of them.</summary>
    /// <param name="parameters">Receives them, by their names in the file, in the base's order.</param>
    /// <exception cref="UserErrorException">One is missing, has another shape, is no floating-point one, or has no place.</exception>
    public void ReadInto(ParameterSet parameters)
    {
        var dtype = Adapter.MatrixDtype(@base);
        foreach (var target in plan.Targets)
        {
            if (parameters.ContainsKey(target.A)) continue; // of all experts
            ReadMatrices(parameters, target, dtype);
            if (file.Config.LoraBias) parameters.Add(target.BBias, Read(target.BBias, [target.Outputs], dtype));
            if (file.Config.UseDora) parameters.Add(target.Magnitude, Read(Magnitude(target), [target.Outputs], dtype));
        }

        foreach (var (name, replaced) in Adapter.Names(plan)) parameters.Add(name, Read(SavedName(name, replaced), ShapeOf(replaced), @base.Dtype));
        foreach (var rows in plan.Rows) parameters.Add(rows.Name, ReadRows(rows));
        _unread.RemoveWhere(name => name.EndsWith(TokenRows.Within + ".trainable_tokens_original", StringComparison.Ordinal)); // what the rows were
        if (plan.KeepsTie) DropTiedCopies(parameters);
        foreach (var name in _unread.Order(StringComparer.Ordinal).ToList()) DropCopyOfBase(name);
        if (_unread.Count > 0)
            throw new UserErrorException(Invariant($"{Source}: holds {_unread.Count} tensors that {file.ConfigPath} and this base have no place for, the first '{SafetensorsHeader.Shown(_unread.Order(StringComparer.Ordinal).First())}'; the adapter is of another base, or of a kind that is not supported."));
    }

    /// <summary>Whether a tensor of the file is a parameter of the base, number by number.</summary>
    public static bool IsCopy(AdapterFile file, AdapterSite site, IDecoder @base, string name, string parameter)
    {
        if (site.Value(parameter) is not { } own || !file.Names.Find(name)!.Shape.SequenceEqual(own.shape)) return false;
        using var scope = NewDisposeScope();
        return !Numbers(file, file.Names.Find(name)!, own.dtype, @base.Device).ne(own).any().item<bool>();
    }

    private void ReadMatrices(ParameterSet parameters, LoraTarget target, ScalarType dtype)
    {
        long[] a = target.ShapeOfA, b = target.ShapeOfB;
        if (target.Experts is { } experts)
        {
            long[] turnedA = [a[0], b[0]], turnedB = [a[1], b[1]];
            var asTurned = file.Names.Find(target.A) is { } first && file.Names.Find(target.B) is { } second && first.Shape.SequenceEqual(turnedA) && second.Shape.SequenceEqual(turnedB);
            if (asTurned && (a[1] != b[0] || ExpertLayout.IsTurned(file.Config.PeftVersion)))
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                var (turned, other) = ExpertLayout.Turned(Read(target.A, turnedA, dtype), Read(target.B, turnedB, dtype), experts.Count);
                parameters.Add(target.A, turned.contiguous());
                parameters.Add(target.B, other.contiguous());
                return;
            }
        }

        parameters.Add(target.A, Read(target.A, a, dtype));
        parameters.Add(target.B, Read(target.B, b, dtype));
    }

    private Tensor ReadRows(TokenRows rows)
    {
        if (rows.Tokens.FirstOrDefault(token => token >= plan.Vocabulary, -1) is >= 0 and var outside)
            throw new UserErrorException(Invariant($"{file.ConfigPath}: 'trainable_token_indices' has the token {outside}; the vocabulary has {plan.Vocabulary} tokens, from 0."));
        return Read(rows.Name, [rows.Tokens.Count, ShapeOf(rows.Weight)[1]], @base.Dtype);
    }

    private IReadOnlyList<long> ShapeOf(string parameter)
    {
        var shape = site.Value(parameter)!.shape;
        var isVocabulary = AdapterSite.ModuleOf(parameter) is var module && (module == site.Embedding || (site.HasHead && module == site.Head)) && shape.Length == 2;
        return isVocabulary ? [plan.Vocabulary, shape[1]] : shape;
    }

    // PEFT saves the head's part of what the two share as well, the same numbers.
    private void DropTiedCopies(ParameterSet parameters)
    {
        var (embedding, head) = (LoraTarget.Prefix + site.Embedding, LoraTarget.Prefix + site.Head);
        using var scope = NewDisposeScope();
        var whole = SavedVocabulary.Ends.Select(end => embedding + end).FirstOrDefault(parameters.ContainsKey);
        foreach (var end in whole is null ? [] : SavedVocabulary.Ends) RequireShared(head + end, whole!, parameters[whole!]);
        if (parameters.TryGetValue(embedding + ".lora_embedding_A", out var a)) RequireShared(head + ".lora_B.weight", embedding + ".lora_embedding_A", a.t());
        if (parameters.TryGetValue(embedding + ".lora_embedding_B", out var b)) RequireShared(head + ".lora_A.weight", embedding + ".lora_embedding_B", b.t());
    }

    private void RequireShared(string name, string other, Tensor shared)
    {
        if (_unread.Contains(name) && Read(name, shared.shape, shared.dtype).ne(shared).any().item<bool>())
            throw new UserErrorException($"{Source}: '{SafetensorsHeader.Shown(name)}' has other numbers than '{SafetensorsHeader.Shown(other)}', and the two are one matrix in this base (tie_word_embeddings). Save the adapter anew, or merge it with PEFT and give the merged model.");
    }

    // Newer files of PEFT keep the vector in a layer of its own.
    private string Magnitude(LoraTarget target) => _unread.Contains(target.Magnitude) ? target.Magnitude : target.Magnitude + ".weight";

    // A bias of a module with matrices stands under its base layer; older files have it under the module itself.
    private string SavedName(string name, string replaced) =>
        _unread.Contains(name) || !_unread.Contains(LoraTarget.Prefix + replaced) ? name : LoraTarget.Prefix + replaced;

    private Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dtype)
    {
        var entry = Entry(name);
        if (!entry.Shape.SequenceEqual(shape))
            throw new UserErrorException($"{Source}: tensor '{SafetensorsHeader.Shown(name)}' has the shape {entry.ShapeText}; {file.ConfigPath} and this base call for {SafetensorsEntry.Text(shape)}. The adapter is of another base{(shape.Count == 2 && (name.Contains("embed", StringComparison.Ordinal) || name.Contains("head", StringComparison.Ordinal)) ? ", or its vocabulary was resized: then merge it with PEFT into the resized base and give that" : "")}.");
        _unread.Remove(name);
        return Numbers(file, entry, dtype, @base.Device);
    }

    private SafetensorsEntry Entry(string name) => file.Names.Find(name)
        ?? throw new UserErrorException($"{Source}: has no tensor '{name}', which {file.ConfigPath} calls for on this base; the adapter is incomplete or of another base.");

    private static Tensor Numbers(AdapterFile file, SafetensorsEntry entry, ScalarType dtype, Device device)
    {
        var stored = TensorDtypes.FromName(entry.Dtype)
            ?? throw new UserErrorException($"{file.Tensors.Path}: tensor '{SafetensorsHeader.Shown(entry.Name)}' is of {entry.Dtype}; an adapter's tensors must be {TensorDtypes.Names}.");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensor = zeros([.. entry.Shape], stored);
        var broken = 0L;
        TensorBytes.Fill(tensor, (offset, bytes) =>
        {
            file.Tensors.Read(entry, offset, bytes);
            broken += NonFiniteNumbers.Count(bytes, stored);
        });
        if (broken > 0) throw NonFiniteNumbers.Refused(file.Tensors.Path, entry.Name, broken, tensor.numel());
        return tensor.to(dtype).to(device).MoveToOuterDisposeScope();
    }

    // PEFT saves embedding and head whole beside the matrices where the embedding has an adapter; those that are the base's own are no matter.
    private void DropCopyOfBase(string name)
    {
        if (!name.StartsWith(LoraTarget.Prefix, StringComparison.Ordinal)) return;
        var parameter = name[LoraTarget.Prefix.Length..].Replace(TokenRows.Within + BaseLayer, ".", StringComparison.Ordinal).Replace(BaseLayer, ".", StringComparison.Ordinal);
        var module = AdapterSite.ModuleOf(parameter);
        if ((module == site.Embedding || module == site.Head) && IsCopy(file, site, @base, name, parameter)) _unread.Remove(name);
    }
}
