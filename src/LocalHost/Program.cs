using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using SparrowFunctions.LocalHost.Development;

Console.OutputEncoding = Encoding.UTF8;
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var run = new DevelopmentRun(Console.Out, animate: !Console.IsOutputRedirected, TimeProvider.System);

// Signals are ours: the library would end the process 2 seconds after one.
return await CommandLine.Create(run.RunAsync)
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop.Token);
