using System.Reflection;
using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Generation;

/// <summary>Compiled into every program that uses tensors, so that it can be its own child for <see cref="GraphProbe"/>.</summary>
internal static class GraphProbeModule
{
#pragma warning disable CA2255 // the child must answer before the program's own code runs
    [ModuleInitializer]
    internal static void Answer() => GraphProbe.AnswerIfAsked(Assembly.GetExecutingAssembly());
#pragma warning restore CA2255
}
