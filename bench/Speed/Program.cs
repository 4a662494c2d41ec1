using System.Globalization;
using SafetyGate.SpeedBench;

// pocket (or nothing): the page of the pocket work. real: the page of models of real shapes, beside its peers. model: a random model.
// work: one measurement of a page, in a process of its own, so that its memory is its own.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["real", .. var rest] => RealPage.Run(rest),
    ["model", var size, var directory, .. var rest] => RealModel.Write(size, directory, Arguments.Option(rest, "--device") ?? "cpu"),
    ["work", var kind, var directory, var device, var dtype, var settings] => new RealWork(directory, device, dtype, RealSettings.Read(settings)).Run(kind),
    ["pocket", .. var rest] => PocketPage.Run(rest),
    [] or [['-', ..], ..] => PocketPage.Run(args),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: SpeedBench [pocket] [--rounds N] [--out FILE] | real [--size 25m|0.5b|1.5b|7b] [--device cpu|cuda] [--dtype TYPE] [--works W,…] [--models DIR] [--no-peers true] [--work-seconds N] [--out FILE] | model SIZE DIR [--device DEVICE]");
    return 64;
}
