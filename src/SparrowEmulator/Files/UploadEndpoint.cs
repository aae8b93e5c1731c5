using System.Text.Json.Nodes;
using SparrowEmulator.Admin;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Files;

/// <summary>Takes files in: hashed as they stream by, bound to a conversation, never kept.</summary>
internal sealed class UploadEndpoint(
    CallLedger calls, SettingsStore settings, FaultBook faults, SessionStore sessions, FileStore files, EmulatorClock clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Takes one file.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var call = calls.Open(CallKind.Upload, context);
        var reply = Reply.Failed;
        try
        {
            reply = await DecideAsync(context, call, lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left midway, or the emulator is being stopped.
            reply = Reply.Cut(DropPoint.Before);
        }
        finally
        {
            calls.End(call, reply);
        }

        await reply.WriteAsync(context);
    }

    private async Task<Reply> DecideAsync(HttpContext context, OpenCall call, CancellationToken stopping)
    {
        if (!settings.Accepts(Tokens.Of(context.Request)))
            return Reply.Refuse(StatusCodes.Status401Unauthorized, "The key is missing or not valid.");

        var fault = faults.Strike(CallKind.Upload, context.Request.Path, prompt: null);
        if (fault?.Drop is DropPoint.Before)
        {
            await clock.WaitAsync(fault.Delay, call.Released, stopping);
            return Reply.Cut(DropPoint.Before);
        }

        UploadForm form;
        try
        {
            form = await UploadForm.ReadAsync(context.Request, settings.Current.MaxUploadBytes, context.RequestAborted);
        }
        catch (FormatException e)
        {
            return Reply.Refuse(StatusCodes.Status409Conflict, e.Message);
        }

        if (form.IsTooLarge)
            return Reply.Refuse(StatusCodes.Status413PayloadTooLarge, $"The file is larger than {settings.Current.MaxUploadBytes} bytes.");

        var file = form.File!;
        call.Describe(record => record with { ConversationId = form.ConversationId, Files = [file.ToCallFile()] });
        await clock.WaitAsync(fault?.Delay ?? TimeSpan.Zero, call.Released, stopping);
        if (fault is { IsWorkedOff: false }) return FaultReply.Of(fault);

        if (form.Type == "multimodal" && !file.MimeType.StartsWith("image/", StringComparison.Ordinal))
            return Reply.Refuse(StatusCodes.Status409Conflict, $"type is multimodal, but {file.Name} is {file.MimeType}; only images are multimodal.");
        if (!sessions.TryBind(form.ConversationId, file.Id, out var conversationId, out var refusal))
            return Reply.Refuse(refusal.Status, refusal.Detail);

        files.Keep(file);
        var isPart = (form.Type ?? (file.Image is null ? "my_files" : "multimodal")) == "multimodal";
        return FaultReply.Shape(Reply.Json(StatusCodes.Status200OK, new JsonObject
        {
            ["conversation_id"] = conversationId,
            ["attachment"] = isPart ? null : Attachment(file),
            ["part"] = isPart ? Part(file) : null,
        }), fault);
    }

    private static JsonObject Attachment(StoredUpload file) => new()
    {
        ["id"] = file.Id,
        ["name"] = file.Name,
        ["size"] = file.Size,
        ["mimeType"] = file.MimeType,
    };

    private static JsonObject Part(StoredUpload file) => new()
    {
        ["name"] = file.Name,
        ["asset_pointer"] = $"file-service://{file.Id}",
        ["size_bytes"] = file.Size,
        ["width"] = file.Image?.Width ?? 0,
        ["height"] = file.Image?.Height ?? 0,
        ["mimeType"] = file.MimeType,
    };
}
