using System.Text.Json.Nodes;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Diagnosis;

/// <summary>Architecture and weights: names, shapes and number types against <c>config.json</c>, and files that should not be there.</summary>
internal static class WeightChecks
{
    private const string Weights = "weights";

    /// <summary>Runs the checks.</summary>
    /// <returns>The architecture; <c>null</c> when it cannot be read.</returns>
    public static DecoderConfig? Run(string directory, Findings findings)
    {
        var path = Path.Combine(directory, CheckpointReader.ConfigFileName);
        var config = findings.Try("architecture", CheckpointReader.ConfigFileName, () => DecoderConfig.ParseText(ModelFiles.ReadText(path), path));
        if (config is not null)
            findings.Ok("architecture", Invariant($"{config.ModelType}, {config.Layers} layers, {config.VocabularySize} rows of embedding, {config.MaxPositions} positions"), CheckpointReader.ConfigFileName);
        if (config?.Labels is { } labels)
            findings.Warn("architecture", Invariant($"a classifier of {labels} label{(labels == 1 ? "" : "s")}: it scores texts and writes none, so no gate can ask it"), CheckpointReader.ConfigFileName, "give the language model; a recipe takes this one as reward_model");
        if (config?.Raw["auto_map"] is JsonObject code && code.FirstOrDefault(pair => pair.Key.StartsWith("AutoModelFor", StringComparison.Ordinal)).Value is { } own)
            findings.Warn("architecture", $"auto_map names code of the model's own ({ConfigReader.Shown(own)}), which is not run: {config.ModelType} is computed, as transformers does without trust_remote_code", CheckpointReader.ConfigFileName, "find out whether that code computes something else");
        findings.Try(Weights, CheckpointReader.WeightsFileName, () =>
        {
            using var checkpoint = CheckpointReader.Open(directory);
            Files(directory, checkpoint, findings);
            if (config is not null) Tensors(checkpoint, config, findings);
            return checkpoint;
        });
        return config;
    }

    private static void Files(string directory, CheckpointReader checkpoint, Findings findings)
    {
        var read = checkpoint.WeightFiles.Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.Ordinal);
        var (single, index) = (read.Contains(CheckpointReader.WeightsFileName), File.Exists(Path.Combine(directory, CheckpointReader.IndexFileName)));
        if (single && index)
            findings.Wrong(Weights, $"{CheckpointReader.WeightsFileName} is read, and {CheckpointReader.IndexFileName} lists other files", CheckpointReader.IndexFileName, "remove the set of weights that is not the model's");
        var unread = Directory.EnumerateFiles(directory, "*.safetensors").Select(file => Path.GetFileName(file)).Where(name => !read.Contains(name) && !name.StartsWith("adapter_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        if (unread.Length > 0 && !(single && index)) findings.Warn(Weights, $"not read: {string.Join(", ", unread.Take(3))}{(unread.Length > 3 ? " …" : "")}", Weights, "remove files of an earlier save");
        Pickles(directory, checkpoint, findings);
    }

    // transformers prefers safetensors too: a training that saved a pickle into a copy of its base is not in what is read.
    private static void Pickles(string directory, CheckpointReader checkpoint, Findings findings)
    {
        var saved = checkpoint.WeightFiles.Max(File.GetLastWriteTimeUtc);
        var later = Directory.EnumerateFiles(directory, "pytorch_model*.bin").Where(file => File.GetLastWriteTimeUtc(file) - saved > TimeSpan.FromHours(1)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (later is not null) findings.Warn(Weights, $"{later} was written more than an hour after {Path.GetFileName(checkpoint.WeightFiles[0])}, which is read, as in transformers", later, "if a training wrote it, save the model anew as safetensors; else remove it");
    }

    private static void Numbers(CheckpointReader checkpoint, string where, Findings findings)
    {
        var broken = checkpoint.Tensors.Keys.Order(StringComparer.Ordinal).Select(name => (Name: name, Count: checkpoint.CountNonFinite(name))).Where(one => one.Count > 0).ToArray();
        if (broken.Length == 0) return;
        var first = broken.Take(3).Select(one => Invariant($"'{one.Name}' ({one.Count:N0} of {checkpoint.Tensors[one.Name].Shape.Aggregate(1L, (product, size) => product * size):N0})"));
        findings.Wrong(Weights, Invariant($"numbers that are NaN or infinite in {broken.Length} of {checkpoint.Tensors.Count} tensors: {string.Join(", ", first)}{(broken.Length > 3 ? " …" : "")}"), where, "fetch the files again, or take an earlier checkpoint if the training diverged");
    }

    private static void Tensors(CheckpointReader checkpoint, DecoderConfig config, Findings findings)
    {
        var where = string.Join(", ", checkpoint.WeightFiles.Select(Path.GetFileName).Take(2)) + (checkpoint.WeightFiles.Count > 2 ? " …" : "");
        var shapes = DecoderFactory.Shapes(config);
        DecoderFactory.RequireFits(checkpoint, config);
        Numbers(checkpoint, where, findings);
        var dtypes = string.Join(" and ", checkpoint.Tensors.Values.Select(entry => entry.Dtype).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        findings.Ok(Weights, Invariant($"{shapes.Sum(shape => shape.Shape.Aggregate(1L, (product, size) => product * size)):N0} parameters in {dtypes}, digest {checkpoint.WeightsDigest()}"), where);
        if (config.Raw["quantization_config"] is JsonObject)
            findings.Warn("quantization", $"'quantization_config' is left behind: the weights are {dtypes}", CheckpointReader.ConfigFileName, "take it out of config.json, so that other loaders do not quantize");
    }
}
