using System.Globalization;

namespace TorchSharp;

/// <summary>
/// Tensors over the machine's libtorch, under TorchSharp's names and signatures: the part of TorchSharp 0.107 that this product uses.
/// Code written against it compiles against TorchSharp's package too.
/// </summary>
public static partial class torch
{
    /// <summary>Where a tensor lives: a kind of device and, for more than one of it, an index (-1: the current one).</summary>
    public class Device
    {
        /// <summary>The device's kind.</summary>
        public DeviceType type { get; }

        /// <summary>The device's index, -1 when not given.</summary>
        public int index { get; }

        /// <summary>A device of a kind.</summary>
        /// <param name="deviceType">The kind.</param>
        /// <param name="index">Which one of it.</param>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = deviceType == DeviceType.CPU ? -1 : index;
        }

        /// <summary>A device of a kind given by name ("cpu", "cuda").</summary>
        /// <param name="deviceType">The kind's name, in lower case.</param>
        /// <param name="index">Which one of it.</param>
        /// <exception cref="ArgumentException">No such kind.</exception>
        public Device(string deviceType, int index = -1) : this(Kind(deviceType), index) { }

        /// <summary>A device by its description: "cpu", "cuda" or "cuda:1".</summary>
        /// <param name="description">Kind, optionally a colon and the index.</param>
        /// <exception cref="ArgumentException">No such device.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Kind(parts[0]);
            index = -1;
            if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) index = type == DeviceType.CPU ? -1 : number;
            else if (parts.Length != 1) throw new ArgumentException($"'{description}' is no device: a kind such as cpu or cuda is expected, optionally with an index, as in cuda:0.", nameof(description));
        }

        /// <summary>The CUDA device of an index.</summary>
        /// <param name="index">Which one.</param>
        public Device(int index) : this(DeviceType.CUDA, index) { }

        /// <summary>A device by its description.</summary>
        /// <param name="description">Kind, optionally a colon and the index.</param>
        public static implicit operator Device(string description) => new(description);

        /// <summary>The description: "cpu", "cuda", "cuda:1".</summary>
        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index == -1 ? name : $"{name}:{index}";
        }

        private static DeviceType Kind(string name) => Enum.GetValues<DeviceType>().Cast<DeviceType?>().FirstOrDefault(t => t!.Value.ToString().ToLowerInvariant() == name)
            ?? throw new ArgumentException($"'{name}' is no kind of device: cpu and cuda are the usual ones.", nameof(name));
    }
}
