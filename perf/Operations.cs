using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>Counts storage operations from Azurite's log: what a prompt costs where, and what an idle host costs.</summary>
/// <param name="scale">How much is run.</param>
/// <param name="takes">By which numbers the product takes messages.</param>
internal sealed class Operations(Operations.Scale scale, Takes takes)
{
    /// <summary>Most operations a plain prompt should cost.</summary>
    public const double PlainGoal = 9;

    /// <summary>Most operations a turn of a conversation should cost.</summary>
    public const double TurnGoal = 13;

    /// <summary>Enough for figures that hold.</summary>
    public static readonly Scale Full = new(640, 2000, 16, 8, 64, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));

    /// <summary>Enough to see that it works.</summary>
    public static readonly Scale Small = new(64, 200, 4, 2, 4, TimeSpan.Zero, TimeSpan.FromSeconds(2));

    private const int AtOnce = 64;

    /// <summary>Counts and prints.</summary>
    /// <returns>0 when both goals are met, 2 when one is missed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: true, cancellationToken);
        await cluster.Prompts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await cluster.Emulator.SetAsync(new { latencyMs = scale.LatencyMs }, cancellationToken);
        var log = new StorageLog(cluster.AccessLog);

        var loop = await Worker.Raw.StartAsync(cluster, AtOnce, new Takes(32, 32), cancellationToken);
        await CountAsync("raw loop, plain prompts", log, scale.Prompts, mark => PlainAsync(cluster, log, mark, "raw", cancellationToken));
        await loop.KillAsync();

        await Worker.Product.StartAsync(cluster, AtOnce, takes, cancellationToken);
        var plain = await CountAsync("plain prompts", log, scale.Prompts, mark => PlainAsync(cluster, log, mark, "plain", cancellationToken), PlainGoal);
        var parked = await CountAsync("turns, all sent in advance", log, scale.AllTurns, mark => ParkedAsync(cluster, log, mark, cancellationToken), TurnGoal);
        var sequential = await CountAsync(
            "turns, each sent after the one before", log, scale.AllTurns, mark => SequentialAsync(cluster, log, mark, cancellationToken), TurnGoal);
        await UploadFilesAsync(cluster, cancellationToken);
        await CountAsync("prompts with a file of 1 MB each", log, scale.Files, mark => WithFileAsync(cluster, log, mark, cancellationToken));
        await IdleAsync(log, cancellationToken);
        return plain <= PlainGoal && parked <= TurnGoal && sequential <= TurnGoal ? 0 : 2;
    }

    /// <summary>Counts what a host does that nobody asks anything, and prints it.</summary>
    /// <returns>0.</returns>
    public async Task<int> RunIdleAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: true, cancellationToken);
        await Worker.Product.StartAsync(cluster, AtOnce, takes, cancellationToken);
        await IdleAsync(new StorageLog(cluster.AccessLog), cancellationToken);
        return 0;
    }

    private static async Task<double> CountAsync(string what, StorageLog log, int prompts, Func<int, Task> run, double? goal = null)
    {
        var mark = log.Mark();
        await run(mark);

        // Sending is the producer's own
        var operations = log.Since(mark).Where(operation => operation.Name != "queue prompts: send").ToArray();
        var each = (double)operations.Length / prompts;
        var verdict = goal is null ? "" : $" (goal at most {goal:0}: {(each <= goal ? "met" : "missed")})";
        Console.WriteLine($"{what}: {each:0.00} operations each{verdict}, {prompts} prompts, {operations.Length} operations");
        Print(operations, prompts);
        return each;
    }

    internal static void Print(IEnumerable<StorageOperation> operations, double divisor)
    {
        foreach (var group in operations.GroupBy(operation => operation.Name).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
            Console.WriteLine($"  {group.Count() / divisor,7:0.000}  {group.Key}");
    }

    private async Task PlainAsync(Cluster cluster, StorageLog log, int mark, string name, CancellationToken cancellationToken)
    {
        foreach (var id in Enumerable.Range(0, scale.Prompts).Select(n => $"{name}-{n:0000}"))
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancellationToken);
        await log.UntilDoneAsync(mark, scale.Prompts, cancellationToken);
    }

    private async Task ParkedAsync(Cluster cluster, StorageLog log, int mark, CancellationToken cancellationToken)
    {
        foreach (var (conversation, turn) in AllTurns()) await SendTurnAsync(cluster, "parked", conversation, turn, cancellationToken);
        await log.UntilDoneAsync(mark, scale.AllTurns, cancellationToken);
    }

    private async Task SequentialAsync(Cluster cluster, StorageLog log, int mark, CancellationToken cancellationToken)
    {
        foreach (var turns in AllTurns().GroupBy(each => each.Turn))
        {
            foreach (var (conversation, turn) in turns) await SendTurnAsync(cluster, "sequential", conversation, turn, cancellationToken);
            foreach (var (conversation, turn) in turns) await log.UntilDoneAsync(mark, TurnId("sequential", conversation, turn), cancellationToken);
        }

        await log.UntilDoneAsync(mark, scale.AllTurns, cancellationToken);
    }

    private async Task UploadFilesAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        foreach (var n in Enumerable.Range(0, scale.Files))
            await cluster.Results.GetBlobClient(FileName(n)).UploadAsync(BinaryData.FromString(new string((char)('a' + (n % 26)), 1_000_000)), cancellationToken);
    }

    private async Task WithFileAsync(Cluster cluster, StorageLog log, int mark, CancellationToken cancellationToken)
    {
        foreach (var n in Enumerable.Range(0, scale.Files))
        {
            var id = $"file-{n:0000}";
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id), files = new[] { $"{cluster.Results.Name}/{FileName(n)}" } }, cancellationToken);
        }

        await log.UntilDoneAsync(mark, scale.Files, cancellationToken);
    }

    private static string FileName(int n) => $"files-of-perf/{n:0000}.txt";

    private async Task IdleAsync(StorageLog log, CancellationToken cancellationToken)
    {
        await Task.Delay(scale.Settling, TimeProvider.System, cancellationToken);
        var mark = log.Mark();
        await Task.Delay(scale.Idle, TimeProvider.System, cancellationToken);
        var operations = log.Since(mark);
        var minutes = scale.Idle / TimeSpan.FromMinutes(1);
        Console.WriteLine($"idle: {operations.Count / minutes:0} operations a minute");
        Print(operations, minutes);
    }

    private IEnumerable<(int Conversation, int Turn)> AllTurns() =>
        Enumerable.Range(1, scale.Turns).SelectMany(turn => Enumerable.Range(0, scale.Conversations).Select(conversation => (conversation, turn)));

    private static string TurnId(string name, int conversation, int turn) => $"{name}-{conversation:00}-{turn:00}";

    private static Task SendTurnAsync(Cluster cluster, string name, int conversation, int turn, CancellationToken cancellationToken)
    {
        var id = TurnId(name, conversation, turn);
        return cluster.SendAsync(new { id, conversation = $"{name} {conversation}", prompt = PromptMark.Text(id) }, cancellationToken);
    }

    /// <summary>How much is run.</summary>
    /// <param name="Prompts">Plain prompts.</param>
    /// <param name="LatencyMs">How long a call takes.</param>
    /// <param name="Conversations">How many conversations.</param>
    /// <param name="Turns">Turns of each.</param>
    /// <param name="Files">Prompts with a file.</param>
    /// <param name="Settling">How long the host is left alone before idle time is counted: its looks at empty queues become rarer.</param>
    /// <param name="Idle">How long idle time is counted.</param>
    internal sealed record Scale(int Prompts, int LatencyMs, int Conversations, int Turns, int Files, TimeSpan Settling, TimeSpan Idle)
    {
        /// <summary>Turns of all conversations together.</summary>
        public int AllTurns => Conversations * Turns;
    }
}
