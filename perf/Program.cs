using System.CommandLine;
using SparrowFunctions.Perf;

Option<int> prompts = new("--prompts") { Description = "How many prompts a round takes.", DefaultValueFactory = _ => 640 };
Option<int> atOnce = new("--at-once") { Description = "How many run at once; the local host's own settings say 64.", DefaultValueFactory = _ => 64 };
Option<int> latency = new("--latency") { Description = "How long a call takes, in milliseconds.", DefaultValueFactory = _ => 2000 };
Option<int> rounds = new("--rounds") { Description = "How many rounds; the median counts.", DefaultValueFactory = _ => 5 };

Option<int?> batchSize = new("--batch-size") { Description = "Messages taken in one request; that of host.json unless given." };
Option<int?> threshold = new("--new-batch-threshold") { Description = "More are taken while no more than this many run; that of host.json unless given." };
Takes Taken(ParseResult parsed, int places) =>
    new(parsed.GetValue(batchSize) ?? Takes.For(places).BatchSize, parsed.GetValue(threshold) ?? Takes.For(places).NewBatchThreshold);
Load Loaded(ParseResult parsed) => new(parsed.GetValue(prompts), parsed.GetValue(atOnce), TimeSpan.FromMilliseconds(parsed.GetValue(latency)));

Command throughput = new("throughput", "Product and raw loop in turn, on equal terms: how much of the possible each achieves.") { prompts, atOnce, latency, rounds, batchSize, threshold };
throughput.SetAction((parsed, cancellationToken) =>
    new Throughput(Loaded(parsed), parsed.GetValue(rounds), Taken(parsed, parsed.GetValue(atOnce))).RunAsync(cancellationToken));

Command trickle = new("trickle", "The same with prompts that come one by one, just so fast that all places are needed.") { prompts, atOnce, latency, rounds, batchSize, threshold };
trickle.SetAction((parsed, cancellationToken) =>
    new Throughput(Loaded(parsed).AsTrickle, parsed.GetValue(rounds), Taken(parsed, parsed.GetValue(atOnce))).RunAsync(cancellationToken));

Command backlog = new("backlog", "1,000 prompts for 32 places and calls of a minute: operations a prompt, and memory. Takes half an hour.") { batchSize, threshold };
backlog.SetAction((parsed, cancellationToken) => new Backlog(Backlog.Full, Taken(parsed, 64)).RunAsync(cancellationToken));

Command operations = new("operations", "Storage operations a prompt, counted from Azurite's log.") { batchSize, threshold };
operations.SetAction((parsed, cancellationToken) => new Operations(Operations.Full, Taken(parsed, 64)).RunAsync(cancellationToken));

Command idle = new("idle", "Storage operations of a host that nobody asks anything, counted over a minute.") { batchSize, threshold };
idle.SetAction((parsed, cancellationToken) => new Operations(Operations.Full, Taken(parsed, 64)).RunIdleAsync(cancellationToken));

Command memory = new("memory", "Memory of the local host, idle and with 64 calls in flight.") { batchSize, threshold };
memory.SetAction((parsed, cancellationToken) => new Memory(Memory.Full, Taken(parsed, 64)).RunAsync(cancellationToken));

Command deployed = new("deployed", "The deployed app: how long it takes to start beside the local host, and its memory, idle and with 64 calls in flight.");
deployed.SetAction((_, cancellationToken) => new Deployed(Deployed.Full).RunAsync(cancellationToken));

Command files = new("file-memory", "Memory of the local host while large files pass through it.");
files.SetAction((_, cancellationToken) => new FileMemory(FileMemory.Full).RunAsync(cancellationToken));

Command smoke = new("smoke", "A small form of all: does it run, does it lose anything. Judges no times.");
smoke.SetAction((_, cancellationToken) => Smoke.RunAsync(cancellationToken));

Option<string> storage = new("--storage") { Required = true };
Option<string> sparrow = new("--sparrow") { Required = true };
Command raw = new("raw", "The raw loop itself, as throughput starts it.") { storage, sparrow, atOnce, batchSize, threshold };
raw.Hidden = true;
raw.SetAction((parsed, cancellationToken) =>
    new RawLoop(parsed.GetValue(storage)!, new Uri(parsed.GetValue(sparrow)!), parsed.GetValue(atOnce), Taken(parsed, parsed.GetValue(atOnce))).RunAsync(cancellationToken));

RootCommand root = new("Measures the product against a raw loop on the storage SDK, as ratios.") { throughput, trickle, backlog, operations, idle, memory, deployed, files, smoke, raw };
return await root.Parse(args).InvokeAsync();
