using System.Globalization;
using SafetyGate.Core.Files;

namespace SafetyGate.Models.Engine;

/// <summary>Files of the kernel's: small, without a length, and gone at any time.</summary>
internal static class KernelFile
{
    /// <summary>Lines that are not empty; none where the file cannot be read.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? BoundedFile.ReadText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A whole number; <c>null</c> for anything else, such as <c>max</c>.</summary>
    public static long? Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
