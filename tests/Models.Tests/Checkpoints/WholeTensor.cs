using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

/// <summary>All bytes of a small tensor at once; the product itself reads tensors in parts.</summary>
internal static class WholeTensor
{
    public static byte[] ReadBytes(this SafetensorsFile file, string name)
    {
        var entry = file.Find(name) ?? throw new ArgumentException($"There is no tensor '{name}'.", nameof(name));
        var bytes = new byte[entry.ByteCount];
        file.Read(entry, 0, bytes);
        return bytes;
    }
}
