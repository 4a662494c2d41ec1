using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Reads the parameters that a configuration calls for, and refuses a checkpoint that has others.</summary>
internal static class ParameterReader
{
    /// <summary>All parameters, in order.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Places"/>.</exception>
    public static ParameterSet Read(CheckpointReader checkpoint, DecoderConfig config, Device? device, ScalarType? dtype)
    {
        var places = Places(checkpoint, config); // before gigabytes are read
        var isLarge = (device is null || device.type == DeviceType.CPU) && config.VocabularySize >= LlamaDecoder.LargeVocabulary;
        if (device is null || device.type == DeviceType.CPU) MemoryCeiling.Hold();
        if (isLarge) LargeBlocks.ReturnWhenFreed(); // the first block that is read through and freed would raise the size
        var parameters = new ParameterSet();
        using var joined = new JoinedWeights(config, dtype ?? ScalarType.Float32, device ?? CPU);
        try
        {
            foreach (var (shape, place) in places)
            {
                var room = joined.Room(shape.Name);
                if (room is not null) parameters.Add(shape.Name, room);
                var read = checkpoint.Read(place, shape.Shape, dtype ?? ScalarType.Float32, device, room);
                if (room is null) parameters.Add(shape.Name, read);
            }

            if (isLarge) FreeMemory.Trim();
            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Where the parameters are in a checkpoint.</summary>
    /// <exception cref="UserErrorException">A tensor is missing, quantized, has another shape or number type, or has no place in this
    /// architecture.</exception>
    public static IReadOnlyList<(ParameterShape Shape, TensorPlace Place)> Places(CheckpointReader checkpoint, DecoderConfig config)
    {
        QuantizedWeights.Refuse(checkpoint);
        var stacked = StackedExperts.Places(checkpoint, config);
        List<(ParameterShape Shape, TensorPlace Place)> places = [.. ParameterShapes.Of(config)
            .Select(shape => (shape, stacked.GetValueOrDefault(shape.Name, new TensorPlace(shape.Name, shape.Shape))))];
        checkpoint.RequireNoOthers(places.Select(pair => pair.Place.Tensor));
        RequireVocabulary(checkpoint, config);
        foreach (var place in places.Select(pair => pair.Place).DistinctBy(place => place.Tensor)) checkpoint.Require(place.Tensor, place.Shape);
        return places;
    }

    // Rows beyond the tokenizer's ids are common; rows beyond `vocab_size` would be ids that the model gives and nobody expects.
    private static void RequireVocabulary(CheckpointReader checkpoint, DecoderConfig config)
    {
        var name = config.Names.Embedding + ".weight";
        if (checkpoint.Tensors.TryGetValue(name, out var embedding) && embedding.Shape.Count == 2 && embedding.Shape[0] != config.VocabularySize && embedding.Shape[1] == config.HiddenSize)
            throw new UserErrorException(Invariant($"{checkpoint.PathOf(name)}: '{name}' has {embedding.Shape[0]} rows, and 'vocab_size' in {CheckpointReader.ConfigFileName} is {config.VocabularySize}; they must be equal. Set 'vocab_size' to {embedding.Shape[0]} if the weights are right, as transformers' resize_token_embeddings does."));
        if (!config.HeadIsEmbedding && config.Labels is null && !checkpoint.Tensors.ContainsKey(config.Names.Head + ".weight"))
            throw new UserErrorException($"{checkpoint.WeightsPath}: has no tensor '{config.Names.Head}.weight', and {CheckpointReader.ConfigFileName} does not tie the head to the embedding (tie_word_embeddings); set that to true if the head is the embedding, else the checkpoint is incomplete.");
    }
}
