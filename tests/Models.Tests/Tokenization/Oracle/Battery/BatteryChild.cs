using System.Globalization;
using System.Text;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>The process that compares: the library ends its process where it has no answer, and the next one goes on behind the case.</summary>
internal static class BatteryChild
{
    /// <summary>First argument of the test program that makes it this process.</summary>
    public const string Verb = "tokenizers";

    /// <summary>Compares the tokenizers of a seed from one number to another, in a folder.</summary>
    public static int Run(string[] args)
    {
        var seed = ulong.Parse(args[1], CultureInfo.InvariantCulture);
        int[] numbers = [.. args.Skip(2).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        var (from, to, texts) = (numbers[0], numbers[1], numbers[2]);
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        for (var index = from; index < to; index++)
        {
            output.WriteLine(FormattableString.Invariant($"case {index}"));
            new BatteryCase(seed, index, args[0], output.WriteLine).Run(texts);
        }

        output.WriteLine("end");
        return 0;
    }
}
