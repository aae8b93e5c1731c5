using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Azure.Storage.Queues;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The local host's command line.</summary>
public static class CommandLine
{
    /// <summary>Builds the commands.</summary>
    /// <param name="run">Called with what was asked for; its result is the exit code.</param>
    public static RootCommand Create(Func<DevelopmentOptions, CancellationToken, Task<int>> run)
    {
        var port = new Option<int?>("--port") { Description = "The app's port (default: 7071; 0: any free one)", Recursive = true };
        var storage = new Option<string?>("--storage")
        {
            Description = "Connection string of a running Azurite or a real account; starts no Azurite",
            Recursive = true,
        };
        var sparrow = new Option<string?>("--sparrow")
        {
            Description = "Address of a running emulator or of Sparrow; starts no emulator",
            Recursive = true,
        };
        var data = new Option<string?>("--data") { Description = "Where a started Azurite keeps its data (default: .azurite)", Recursive = true };
        port.Validators.Add(CheckPort);
        storage.Validators.Add(CheckConnectionString);
        sparrow.Validators.Add(CheckAddress);

        DevelopmentOptions Read(ParseResult parsed, bool demo) => new()
        {
            Demo = demo,
            Port = parsed.GetValue(port),
            Storage = parsed.GetValue(storage),
            Sparrow = parsed.GetValue(sparrow) is { } address ? new Uri(address) : null,
            Data = parsed.GetValue(data),
        };

        var demo = new Command("demo", "Starts everything, sends samples in, shows the answers and ends; exit code 0 only if all succeeded");
        demo.SetAction((parsed, cancellationToken) => run(Read(parsed, demo: true), cancellationToken));

        var root = new RootCommand("Runs the functions of this app on this machine, with Azurite and the Sparrow emulator, until Ctrl-C.");
        foreach (var option in (Option[])[port, storage, sparrow, data]) root.Options.Add(option);
        root.Subcommands.Add(demo);
        root.SetAction((parsed, cancellationToken) => run(Read(parsed, demo: false), cancellationToken));
        return root;
    }

    private static void CheckPort(OptionResult result)
    {
        if (Text(result) is { } text && !ushort.TryParse(text, CultureInfo.InvariantCulture, out _))
            result.AddError($"--port: '{text}' is not a port. Give a number from 0 to 65535.");
    }

    private static void CheckConnectionString(OptionResult result)
    {
        if (Text(result) is not { } text) return;
        try
        {
            _ = new QueueServiceClient(text);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or InvalidOperationException)
        {
            // The text may hold a key, so it is not repeated.
            result.AddError("--storage: this is not a storage connection string. Give UseDevelopmentStorage=true, or the account's own "
                + "(DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…) in quotes.");
        }
    }

    private static void CheckAddress(OptionResult result)
    {
        if (Text(result) is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            result.AddError($"--sparrow: '{text}' is not an address. Give one that begins with http:// or https://, such as http://localhost:7072.");
    }

    private static string? Text(OptionResult result) => result.Tokens is [var token] ? token.Value : null;
}
