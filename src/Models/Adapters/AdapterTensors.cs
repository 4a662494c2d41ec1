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
            parameters.Add(target.A, Read(target.A, [target.Rank, target.Inputs], dtype));
            parameters.Add(target.B, Read(target.B, [target.Outputs, target.Rank], dtype));
            if (file.Config.LoraBias) parameters.Add(target.BBias, Read(target.BBias, [target.Outputs], dtype));
            if (file.Config.UseDora) parameters.Add(target.Magnitude, Read(Magnitude(target), [target.Outputs], dtype));
        }

        foreach (var (name, replaced) in Adapter.Names(plan)) parameters.Add(name, Read(SavedName(name, replaced), site.Value(replaced)!.shape, @base.Dtype));
        foreach (var name in _unread.Order(StringComparer.Ordinal).ToList()) DropCopyOfBase(name);
        if (_unread.Count > 0)
            throw new UserErrorException(Invariant($"{Source}: holds {_unread.Count} tensors that {file.ConfigPath} and this base have no place for, the first '{SafetensorsHeader.Shown(_unread.Order(StringComparer.Ordinal).First())}'; the adapter is of another base, or of a kind that is not supported."));
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
        return Numbers(entry, dtype);
    }

    private SafetensorsEntry Entry(string name) => file.Names.Find(name)
        ?? throw new UserErrorException($"{Source}: has no tensor '{name}', which {file.ConfigPath} calls for on this base; the adapter is incomplete or of another base.");

    private Tensor Numbers(SafetensorsEntry entry, ScalarType dtype)
    {
        var stored = TensorDtypes.FromName(entry.Dtype)
            ?? throw new UserErrorException($"{Source}: tensor '{SafetensorsHeader.Shown(entry.Name)}' is of {entry.Dtype}; an adapter's tensors must be {TensorDtypes.Names}.");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensor = zeros([.. entry.Shape], stored);
        var broken = 0L;
        TensorBytes.Fill(tensor, (offset, bytes) =>
        {
            file.Tensors.Read(entry, offset, bytes);
            broken += NonFiniteNumbers.Count(bytes, stored);
        });
        if (broken > 0) throw NonFiniteNumbers.Refused(Source, entry.Name, broken, tensor.numel());
        return tensor.to(dtype).to(@base.Device).MoveToOuterDisposeScope();
    }

    // PEFT saves embedding and head whole beside the matrices where the vocabulary grew or the embedding has an adapter.
    private void DropCopyOfBase(string name)
    {
        if (!name.StartsWith(LoraTarget.Prefix, StringComparison.Ordinal)) return;
        var parameter = name[LoraTarget.Prefix.Length..].Replace(BaseLayer, ".", StringComparison.Ordinal);
        var module = AdapterSite.ModuleOf(parameter);
        if ((module != site.Embedding && module != site.Head) || site.Value(parameter) is not { } own) return;
        using var scope = NewDisposeScope();
        if (Read(name, own.shape, own.dtype).ne(own).any().item<bool>())
            throw new UserErrorException($"{Source}: holds '{SafetensorsHeader.Shown(name)}' with other numbers than this base has, although {file.ConfigPath} does not save it (modules_to_save); the embedding was changed beside the adapter. Merge the adapter with PEFT and give the merged model.");
    }
}
