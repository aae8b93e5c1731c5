using System.CommandLine;
using SparrowEmulator;

Option<int> port = new("--port") { Description = "Port on loopback; 0 takes a free one.", DefaultValueFactory = _ => 7072 };
Option<bool> verbose = new("--verbose") { Description = "Write one line a call." };
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 0 or > 65535) result.AddError("--port must be between 0 and 65535.");
});

RootCommand command = new("Sparrow on loopback: every route, sessions, a ledger of calls, faults and answers to order.") { port, verbose };
command.SetAction(async (parsed, cancellationToken) =>
{
    var level = parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Warning;
    var options = new EmulatorOptions { Port = parsed.GetValue(port) };
    await using var emulator = EmulatorApp.Build(options, logging => logging.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(level));
    try
    {
        await emulator.StartAsync(cancellationToken);
    }
    catch (IOException e)
    {
        await Console.Error.WriteLineAsync($"Port {options.Port} can't be taken ({e.Message}) Choose another with --port; 0 takes a free one.");
        return 1;
    }

    Console.WriteLine($"Sparrow emulator listening on {emulator.BaseUrl.GetLeftPart(UriPartial.Authority)}");
    await emulator.WaitAsync(cancellationToken);
    return 0;
});
return await command.Parse(args).InvokeAsync();
