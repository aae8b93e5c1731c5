using Azure;
using Microsoft.Extensions.Options;
using SparrowFunctions.LocalHost.Development.Demo;
using SparrowFunctions.LocalHost.Host;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>One run of the local host, from settings to stop.</summary>
/// <param name="output">Where the developer reads.</param>
/// <param name="animate">True when that is a terminal.</param>
/// <param name="time">The clock.</param>
public sealed class DevelopmentRun(TextWriter output, bool animate, TimeProvider time)
{
    private readonly ProgressDisplay _progress = new(output, animate, time);

    /// <summary>Runs until cancelled; the demo until its samples are through.</summary>
    /// <returns>0 when all went well, 1 when something on this machine is in the way or a sample failed.</returns>
    public async Task<int> RunAsync(DevelopmentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await RunOrThrowAsync(options, cancellationToken);
        }
        catch (SetupException problem)
        {
            output.WriteLine(problem.Message);
            return 1;
        }
        catch (HostStartException problem)
        {
            output.WriteLine(problem.Message);
            return 1;
        }
        catch (Exception problem) when (WrongSettings(problem) is { Length: > 0 } failures)
        {
            output.WriteLine($"The app can't start with these settings; they come from {LocalSettingsFile.Name} or the environment:");
            foreach (var failure in failures) output.WriteLine($"  - {failure}");
            return 1;
        }
        catch (Exception problem) when ((problem is AggregateException several ? several.InnerExceptions[0] : problem) is RequestFailedException refused)
        {
            output.WriteLine($"The storage account can't be used: {refused.Message.Split('\n')[0].Trim()}. See that it runs and that its connection string is right.");
            return 1;
        }
        catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            output.WriteLine($"{problem.Message} Choose another port with --port.");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.WriteLine("Stopped.");
            return options.Demo ? 1 : 0;
        }
    }

    // Several sections that are wrong arrive together, as one exception
    private static string[] WrongSettings(Exception problem) => problem switch
    {
        OptionsValidationException wrong => [.. wrong.Failures],
        AggregateException several when several.InnerExceptions.All(each => each is OptionsValidationException) =>
            [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(wrong => wrong.Failures)],
        _ => [],
    };

    private async Task<int> RunOrThrowAsync(DevelopmentOptions options, CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find() ?? throw new SetupException(
            "No package.json that names azurite was found above the current folder. Run the local host from inside the repository.");
        var file = LocalSettingsFile.Read(root);
        var overrides = DevelopmentPlan.Overrides(options);
        if (options.Demo) overrides = new Dictionary<string, string?>([.. overrides, .. CallbackSample.NewSettings()]);
        var settings = LocalSettings.Build(file, overrides, options.Demo);
        var plan = DevelopmentPlan.Make(options, settings, root, LoopbackPort.IsFree);
        foreach (var remark in plan.Remarks) _progress.Say(remark);

        await using var services = await LocalServices.StartAsync(plan, root, _progress, time, cancellationToken);
        var complete = services.Complete(overrides, settings);
        await using var app = FunctionsApp.Build(LocalSettings.Sources(file, complete, options.Demo), plan.Ports.App);
        await _progress.ShowAsync("Starting the app", async _ =>
        {
            await app.StartAsync(cancellationToken);
            return true;
        });

        var address = plan.Ports.App == 0 ? new Uri(app.Urls.First()) : new Uri($"http://localhost:{plan.Ports.App}");
        var page = new StartPage
        {
            App = address,
            Sparrow = Uri.TryCreate(app.Configuration[DevelopmentPlan.SparrowKey], UriKind.Absolute, out var sparrow) ? sparrow : null,
            SparrowIsEmulator = services.Emulator is not null,
            Azurite = services.Azurite,
            WithHints = !options.Demo,
        };
        output.WriteLine(page.Write(time.GetUtcNow()));
        try
        {
            return options.Demo
                ? await DemonstrateAsync(app, address, services, cancellationToken)
                : await ServeAsync(app, services, cancellationToken);
        }
        finally
        {
            await StopAsync(app);
        }
    }

    private async Task<int> ServeAsync(WebApplication app, LocalServices services, CancellationToken cancellationToken)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var byHost = app.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        using var byCaller = cancellationToken.Register(() => stopping.TrySetResult());
        var lost = services.LostAsync();
        if (await Task.WhenAny(stopping.Task, lost) == stopping.Task) return 0;

        output.WriteLine(await lost);
        return 1;
    }

    private async Task<int> DemonstrateAsync(WebApplication app, Uri address, LocalServices services, CancellationToken cancellationToken)
    {
        var storage = app.Configuration[DevelopmentPlan.StorageKey]
            ?? throw new SetupException("The demo needs the storage account as a connection string: give one with --storage.");
        var context = new DemoContext(storage, address, app.Configuration[DevelopmentPlan.SparrowKey], time)
        {
            CallbackSecret = app.Configuration[CallbackSample.SecretKey],
        };
        var succeeded = await new DemoRunner(output, _progress, time).RunAsync(DemoSamples.All, context, cancellationToken);
        if (services.Azurite is { } azurite)
            output.WriteLine($"All of it stays in {azurite.Options.DataFolder}: look at it again with --data and Azure Storage Explorer.");
        return succeeded ? 0 : 1;
    }

    private async Task StopAsync(WebApplication app)
    {
        output.WriteLine("Stopping; what runs may take up to 12 seconds to end.");
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            output.WriteLine("Something did not end in time and is left to the next start.");
        }
    }
}
