namespace SparrowFunctions.Perf;

/// <summary>Product against raw loop, in turn, each on a fresh Azurite; who goes first alternates.</summary>
/// <param name="load">What each of them is given.</param>
/// <param name="rounds">How often.</param>
/// <param name="takes">By which numbers the product takes messages.</param>
internal sealed class Throughput(Load load, int rounds, Takes takes)
{
    /// <summary>What is aimed at: the product's throughput as a part of the raw loop's.</summary>
    public const double Goal = 0.95;

    // The raw loop fills all its places however prompts come: in a heap by the largest requests, else by taking whenever a place is free
    private Takes Yardstick => new(Math.Min(32, load.AtOnce), load.Every is null ? load.AtOnce - Math.Min(32, load.AtOnce) : load.AtOnce - 1);

    /// <summary>Measures and prints.</summary>
    /// <returns>0 when the goal is met, 2 when it is missed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{load.Prompts} prompts{(load.Every is { } every ? $", one every {every.TotalMilliseconds:0} ms" : "")}, {load.AtOnce} at once, {takes}, {load.Latency.TotalSeconds:0.0} s a call: ideal {load.Ideal.TotalSeconds:0.0} s; {Machine.Describe()}");
        var ratios = new List<double>();
        foreach (var round in Enumerable.Range(1, rounds))
        {
            Worker[] order = round % 2 == 1 ? [Worker.Raw, Worker.Product] : [Worker.Product, Worker.Raw];
            var runs = new Dictionary<Worker, WorkerRun>();
            foreach (var worker in order)
            {
                var run = runs[worker] = await WorkerRun.MeasureAsync(worker, load, worker == Worker.Raw ? Yardstick : takes, cancellationToken);
                Console.WriteLine(
                    $"  round {round}  {worker.Name,-8}  wall {run.Wall.TotalSeconds,6:0.00} s  ideal/wall {load.Ideal / run.Wall:0.000}  "
                    + $"at most {run.MostAtOnce} at once  "
                    + (run.Wait is { } wait ? $"waited {wait.TotalSeconds:0.00} s each  " : "")
                    + $"processor {run.Processor.TotalMilliseconds / load.Prompts:0.0} ms a prompt");
            }

            ratios.Add(runs[Worker.Raw].Wall / runs[Worker.Product].Wall);
            Console.WriteLine($"  round {round}  product/raw {ratios[^1]:0.000}");
        }

        var median = ratios.Order().ElementAt(ratios.Count / 2);
        Console.WriteLine($"product/raw, median of {rounds}: {median:0.000} (goal at least {Goal:0.00}: {(median >= Goal ? "met" : "missed")})");
        return median >= Goal ? 0 : 2;
    }
}
