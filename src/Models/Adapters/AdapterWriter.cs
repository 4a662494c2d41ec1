using System.Text;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Adapters;

/// <summary>Writes adapters in PEFT's layout.</summary>
public static class AdapterWriter
{
    /// <summary>Writes an adapter: whole, or not at all.</summary>
    /// <param name="directory">Where; it must not exist yet, or be empty.</param>
    /// <param name="adapter">The adapter. Borrowed.</param>
    /// <param name="baseDirectory">Directory of the base, noted as <c>base_model_name_or_path</c>; its tokenizer and template are put beside the
    /// adapter, as PEFT's users keep them.</param>
    /// <param name="baseWeights">Digest of the base's weights, noted in the header of the tensors.</param>
    /// <exception cref="UserErrorException">The directory has content, or the files cannot be written (exit code 74); nothing is left
    /// behind.</exception>
    public static void Write(string directory, Adapter adapter, string baseDirectory, string baseWeights)
    {
        var config = adapter.Config with { BaseModel = Path.GetFullPath(baseDirectory) };
        var texts = new Dictionary<string, byte[]>(CheckpointFiles.CopiedFrom(baseDirectory).Others, StringComparer.Ordinal);
        texts.Remove(CheckpointReader.GenerationConfigFileName); // the base's, wherever the adapter is used
        texts[AdapterFile.ConfigFileName] = Encoding.UTF8.GetBytes(LoraConfigWriter.File(config, adapter.Modules));
        CheckpointWriter.WriteFolder(directory, texts, AdapterFile.WeightsFileName, adapter.Parameters,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt", [AdapterFile.BaseWeightsKey] = baseWeights });
    }
}
