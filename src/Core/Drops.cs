using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>
/// The drop folder. The blob trigger, Event Grid and the sweep may all tell of the same file, and each of them several times: whatever tells of
/// it, the present version is looked at, and a version has one job, whose id is made of its path and ETag.
/// </summary>
public sealed partial class Drops(
    DropFolder folder,
    PromptIntake intake,
    JobLedger ledger,
    JobRunner runner,
    WorkQueue work,
    DeadLetters deadLetters,
    DropOutcomes outcomes,
    Batches batches,
    SparrowMetrics metrics,
    Invocations invocations,
    IOptions<DropOptions> options,
    IOptions<SparrowOptions> sparrow,
    TimeProvider time,
    ILogger<Drops> logger)
{
    /// <summary>A blob of container <c>drop</c> is new or was overwritten.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends what has cost nothing yet.</param>
    public Task OnFileAsync(string name, CancellationToken cancellationToken) => LookAsync(name, reported: null, cancellationToken);

    /// <summary>A message of queue <c>drop-events</c>.</summary>
    public async Task OnEventAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        switch (DropEvent.Read(text))
        {
            case null:
                await DeadLetterAsync(message, text, FailureKind.Rejected, "The message is no storage event that names a blob. Have Event Grid send BlobCreated events of the account here.", StorageNames.DropEventsQueue, cancellationToken);
                break;
            case { IsArrival: false } other:
                Log.NoArrival(logger, other.Container, other.Name);
                break;
            case { Container: StorageNames.DropContainer } dropped:
                await LookAsync(dropped.Name, dropped.ETag, cancellationToken);
                break;
            case { Container: StorageNames.BatchesContainer } dropped when BatchName.OfBlob(dropped.Name) is { } batch:
                await batches.OnDroppedAsync(batch, cancellationToken);
                break;
            case var stray:
                Log.Stray(logger, stray.Container, stray.Name);
                break;
        }
    }

    /// <summary>An event or a blob that the platform gave up on after its last try: one that the ledger knows is looked at again, any other is a dead letter.</summary>
    /// <param name="message">The poisoned copy of an event, or what the platform tells of a blob.</param>
    /// <param name="source">The queue that it was first sent to, or that of poisoned blobs.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task OnPoisonAsync(QueueMessage message, string source, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        var told = DropEvent.Read(text);
        Log.Poisoned(logger, source, told?.Container ?? "an unknown container", told?.Name ?? message.MessageId);
        if (told is { Container: StorageNames.DropContainer, ETag: { } etag } && DroppedFile.IdOf(told.Name, etag) is var id && await ledger.KnowsAsync(id, cancellationToken))
            await work.SendAsync(id, "look", TimeSpan.Zero, cancellationToken);
        else
            await DeadLetterAsync(message, text, FailureKind.Transient, "Processing failed at every delivery; the app's log of that time says why.", source, cancellationToken);
    }

    private async Task LookAsync(string name, string? reported, CancellationToken cancellationToken)
    {
        if (!DropPath.IsReady(name) && DropPath.IsPassedOver(name))
            return;

        var now = time.GetUtcNow();
        if (DropPath.Problem(name) is { } problem)
        {
            // Such a blob can't even be addressed, only listed; its time is the letter's, so that all who tell of it write the same one
            var listed = await folder.FindListedAsync(name, cancellationToken);
            await KeepAsync(name, problem, DropEvent.Write(StorageNames.DropContainer, name, etag: null), listed?.ModifiedAt ?? now, name, cancellationToken);
            return;
        }

        if (await folder.FindAsync(name, cancellationToken) is not { } file)
        {
            Log.Gone(logger, name);
            return;
        }

        if (reported is not null && reported != file.ETag)
            Log.Overwritten(logger, name, reported, file.ETag);
        if (!file.IsFolder)
            await TakeAsync(file, now, cancellationToken);
    }

    private async Task TakeAsync(DroppedFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var invocation = invocations.Begin();
        if (await ledger.FindAsync(file.Id, cancellationToken) is { } known)
        {
            await runner.GoOnAsync(known, invocation, comesAgain: false, cancellationToken);
            return;
        }

        var (prompts, instructions, rejection) = await folder.InstructionsAsync(DropPath.Folder(file.Name), cancellationToken);
        if (instructions is null)
        {
            await RefuseAsync(file, $"drop/{prompts}: {rejection!.Reason}", now, cancellationToken);
            return;
        }

        if (instructions.Together != DropPath.IsReady(file.Name))
        {
            if (instructions.Together)
                Log.Waits(logger, file.Name, prompts!);
            else
                Log.NotTogether(logger, file.Name);
            return;
        }

        IReadOnlyList<DroppedFile> files = instructions.Together ? await TogetherAsync(file, cancellationToken) : [file];
        if (Problem(files, instructions) is { } problem)
        {
            await RefuseAsync(file, problem, now, cancellationToken);
            return;
        }

        var prompt = instructions.Prompt.Text is null && instructions.Prompt.Messages is null ? instructions.Prompt with { Text = options.Value.DefaultPrompt } : instructions.Prompt;
        var (accepted, refusal) = await intake.TakeAsync(prompt, [.. files.Select(each => each.Version)], cancellationToken);
        if (accepted is null)
        {
            await RefuseAsync(file, $"drop/{prompts}: {refusal!.Reason}", now, cancellationToken);
            return;
        }

        var job = Job.Offered(file.Id, accepted, StorageNames.DropContainer, now) with { Drop = new DropSource(file.Name, file.ETag, file.ModifiedAt) };
        Log.Taken(logger, file.Name, file.ETag, job.Id, files.Count);

        // Another may have taken this very version a moment ago, and have found another prompt: its job stands
        if (!await runner.StartAsync(job, invocation, cancellationToken) && await ledger.FindAsync(job.Id, cancellationToken) is { } first)
            await runner.GoOnAsync(first, invocation, comesAgain: false, cancellationToken);
    }

    private async Task<IReadOnlyList<DroppedFile>> TogetherAsync(DroppedFile ready, CancellationToken cancellationToken)
    {
        var below = new List<DroppedFile>();
        var name = DropPath.Folder(ready.Name);
        await foreach (var file in folder.ListAsync(name, cancellationToken))
            below.Add(file);
        return DropPath.Together(name, below);
    }

    private static string? Problem(IReadOnlyList<DroppedFile> files, DropInstructions instructions)
    {
        if (files.Count == 0)
            return "The folder was marked ready, but holds no file to analyse. Put its files there before the marker.";
        if (files.Count + instructions.Prompt.Files.Count > PromptReader.MaxFiles)
            return $"The folder holds {files.Count} files that belong together; at most {PromptReader.MaxFiles - instructions.Prompt.Files.Count} are taken at once. Make several folders of it.";
        return files.Select(Problem).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(DroppedFile file) =>
        DropPath.Problem(file.Name) is { } problem ? $"drop/{file.Name}: {problem}"
        : file.Size == 0 ? $"drop/{file.Name} is empty. Drop it with its content."
        : file.Size > FilesOptions.MaxFileBytes ? $"drop/{file.Name} has {file.Size} bytes; at most {FilesOptions.MaxFileBytes} are taken. Make it smaller or split it."
        : null;

    // Makes no job and leaves the id free: the same version can be taken once the reason is gone
    private async Task RefuseAsync(DroppedFile file, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await KeepAsync(file.Name, reason, DropEvent.Write(StorageNames.DropContainer, file.Name, file.ETag), file.ModifiedAt, $"{file.Id} {reason}", cancellationToken);
        var refused = Job.Offered(file.Id, new AcceptedPrompt(new Prompt(), null, []), StorageNames.DropContainer, now) with
        {
            State = JobState.Failed,
            Kind = FailureKind.Rejected,
            Reason = reason,
            EndedAt = now,
        };
        await outcomes.RefuseAsync(new DropSource(file.Name, file.ETag, file.ModifiedAt), JobDocuments.Of(refused, sparrow.Value.Model), cancellationToken);
    }

    private async Task KeepAsync(string name, string reason, string original, DateTimeOffset at, string origin, CancellationToken cancellationToken)
    {
        Log.Refused(logger, name, reason);
        metrics.PromptRejected(StorageNames.DropContainer);
        await deadLetters.AddAsync(new DeadLetter(null, FailureKind.Rejected, reason, StorageNames.DropContainer, original, at, origin), cancellationToken);
    }

    private Task DeadLetterAsync(QueueMessage message, string text, FailureKind kind, string reason, string source, CancellationToken cancellationToken) =>
        deadLetters.AddAsync(new DeadLetter(null, kind, reason, source, text, message.InsertedOn ?? time.GetUtcNow(), message.MessageId), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 213, Level = LogLevel.Information, Message = "drop/{Name} {Version} was taken as job {JobId} with {Files} file(s)")]
        public static partial void Taken(ILogger logger, string name, string version, JobId jobId, int files);

        [LoggerMessage(EventId = 214, Level = LogLevel.Warning, Message = "drop/{Name} was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string name, string reason);

        [LoggerMessage(EventId = 215, Level = LogLevel.Information, Message = "drop/{Name} was deleted or renamed before it was looked at")]
        public static partial void Gone(ILogger logger, string name);

        [LoggerMessage(EventId = 216, Level = LogLevel.Warning, Message = "drop/{Name}: version {Reported} has been superseded by {Present}, which is looked at instead")]
        public static partial void Overwritten(ILogger logger, string name, string reported, string present);

        [LoggerMessage(EventId = 217, Level = LogLevel.Information, Message = "drop/{Name} waits until its folder is marked ready, as drop/{Prompts} says")]
        public static partial void Waits(ILogger logger, string name, string prompts);

        [LoggerMessage(EventId = 218, Level = LogLevel.Warning, Message = "drop/{Name} marks a folder whose files do not belong together: no _prompt.md above it says together: true, so each file is analysed by itself")]
        public static partial void NotTogether(ILogger logger, string name);

        [LoggerMessage(EventId = 219, Level = LogLevel.Debug, Message = "An event of {Container}/{Name} tells of no arrival")]
        public static partial void NoArrival(ILogger logger, string container, string name);

        [LoggerMessage(EventId = 220, Level = LogLevel.Warning, Message = "An event of {Container}/{Name} is of no container that this app takes from; let Event Grid send those of drop and batches only")]
        public static partial void Stray(ILogger logger, string container, string name);

        [LoggerMessage(EventId = 221, Level = LogLevel.Error, Message = "Queue {Source} gave up on {Container}/{Name}")]
        public static partial void Poisoned(ILogger logger, string source, string container, string name);
    }
}
