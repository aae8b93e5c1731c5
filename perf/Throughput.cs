namespace SparrowFunctions.Perf;

/// <summary>Product against raw loop, in turn, each on a fresh Azurite; who goes first alternates.</summary>
/// <param name="load">What each of them is given.</param>
/// <param name="rounds">How often.</param>
internal sealed class Throughput(Load load, int rounds)
{
    /// <summary>What is aimed at: the product's throughput as a part of the raw loop's.</summary>
    public const double Goal = 0.95;

    /// <summary>Measures and prints.</summary>
    /// <returns>0 when the goal is met, 2 when it is missed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{load.Prompts} prompts, {load.AtOnce} at once, {load.Latency.TotalSeconds:0.0} s a call: ideal {load.Ideal.TotalSeconds:0.0} s; {Machine.Describe()}");
        var ratios = new List<double>();
        foreach (var round in Enumerable.Range(1, rounds))
        {
            Worker[] order = round % 2 == 1 ? [Worker.Raw, Worker.Product] : [Worker.Product, Worker.Raw];
            var runs = new Dictionary<Worker, WorkerRun>();
            foreach (var worker in order)
            {
                var run = runs[worker] = await WorkerRun.MeasureAsync(worker, load, cancellationToken);
                Console.WriteLine(
                    $"  round {round}  {worker.Name,-8}  wall {run.Wall.TotalSeconds,6:0.00} s  ideal/wall {load.Ideal / run.Wall:0.000}  "
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
