using System.Reflection;
using SafetyGate.Core;
using SafetyGate.Models.Engine;
using TorchSharp;

// gate ARGS, specs ARGS, trainings ARGS, bench ARGS: the programs of the house in one. devices: how many GPUs the engine sees.
if (args is ["devices"])
{
    try
    {
        _ = DefaultDevice.Open();
        Console.WriteLine(torch.cuda.is_available() ? torch.cuda.device_count() : 0);
        return 0;
    }
    catch (UserErrorException e)
    {
        Console.Error.WriteLine(e.Message);
        return e.ExitCode;
    }
}

string? name = args switch
{
    ["gate", ..] => "gate-cli",
    ["specs", ..] => "SafetyGate.Models.Tests",
    ["trainings", ..] => "SafetyGate.Trainers.Tests",
    ["bench", ..] => "SafetyGate.SpeedBench",
    _ => null,
};
if (name is null)
{
    Console.Error.WriteLine("usage: SafetyGate.Device devices | gate|specs|trainings|bench ARGUMENTS");
    return 64;
}
var program = Assembly.Load(name);
if (args[0] is "specs" or "trainings") Assembly.SetEntryAssembly(program); // whose tests xunit runs
var result = program.EntryPoint!.Invoke(null, [args[1..]]);
return result switch
{
    Task<int> later => await later,
    int now => now,
    _ => 0,
};
