using System.CommandLine;
using SparrowFunctions.Perf;

Option<int> prompts = new("--prompts") { Description = "How many prompts a round takes.", DefaultValueFactory = _ => 640 };
Option<int> atOnce = new("--at-once") { Description = "How many run at once; the local host's own settings say 64.", DefaultValueFactory = _ => 64 };
Option<int> latency = new("--latency") { Description = "How long a call takes, in milliseconds.", DefaultValueFactory = _ => 2000 };
Option<int> rounds = new("--rounds") { Description = "How many rounds; the median counts.", DefaultValueFactory = _ => 5 };

Command throughput = new("throughput", "Product and raw loop in turn, on equal terms: how much of the possible each achieves.") { prompts, atOnce, latency, rounds };
throughput.SetAction((parsed, cancellationToken) => new Throughput(
    new Load(parsed.GetValue(prompts), parsed.GetValue(atOnce), TimeSpan.FromMilliseconds(parsed.GetValue(latency))),
    parsed.GetValue(rounds)).RunAsync(cancellationToken));

Command operations = new("operations", "Storage operations a prompt, counted from Azurite's log.");
operations.SetAction((_, cancellationToken) => new Operations(Operations.Full).RunAsync(cancellationToken));

Command memory = new("memory", "Memory of the local host, idle and with 64 calls in flight.");
memory.SetAction((_, cancellationToken) => new Memory(Memory.Full).RunAsync(cancellationToken));

Command files = new("file-memory", "Memory of the local host while large files pass through it.");
files.SetAction((_, cancellationToken) => new FileMemory(FileMemory.Full).RunAsync(cancellationToken));

Command smoke = new("smoke", "A small form of all: does it run, does it lose anything. Judges no times.");
smoke.SetAction((_, cancellationToken) => Smoke.RunAsync(cancellationToken));

Option<string> storage = new("--storage") { Required = true };
Option<string> sparrow = new("--sparrow") { Required = true };
Command raw = new("raw", "The raw loop itself, as throughput starts it.") { storage, sparrow, atOnce };
raw.Hidden = true;
raw.SetAction((parsed, cancellationToken) =>
    new RawLoop(parsed.GetValue(storage)!, new Uri(parsed.GetValue(sparrow)!), parsed.GetValue(atOnce)).RunAsync(cancellationToken));

RootCommand root = new("Measures the product against a raw loop on the storage SDK, as ratios.") { throughput, operations, memory, files, smoke, raw };
return await root.Parse(args).InvokeAsync();
