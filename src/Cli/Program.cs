using System.Runtime.InteropServices;
using SafetyGate.Cli;

using var cancellation = new CancellationTokenSource();

// The first Ctrl-C requests a stop at a resumable point; a second one ends the process as usual.
void Stop(PosixSignalContext signal)
{
    if (cancellation.IsCancellationRequested) return;
    signal.Cancel = true;
    cancellation.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var output = GateOutput.ForProcess();
return await new GateCommandLine(output).RunAsync(args, cancellation.Token);
