using System.Security;
using SparrowEmulator.Admin;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Files;

/// <summary>
/// Hands generated files out to whoever has their address. A key sent along is refused, as the storage service refuses two
/// authorizations at once; so a client that shows its key to a third party is found out.
/// </summary>
internal sealed class DownloadEndpoint(
    CallLedger calls, SettingsStore settings, FaultBook faults, FileStore files, DownloadLinks links, EmulatorClock clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Hands out one file.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var call = calls.Open(CallKind.Download, context);
        var reply = Reply.Failed;
        try
        {
            reply = await DecideAsync(context, call, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
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
        var fault = faults.Strike(CallKind.Download, context.Request.Path, prompt: null);
        await clock.WaitAsync(fault?.Delay ?? TimeSpan.Zero, call.Released, stopping);
        if (fault is { Status: StatusCodes.Status403Forbidden, Body: null, HtmlBody.IsOn: false, Drop: null })
            return Forbidden("This address is refused because a fault was asked for.");
        if (fault is { IsWorkedOff: false }) return FaultReply.Of(fault);

        var id = context.Request.Path.Value![1..];
        var verdict = links.Judge(id, context.Request.Query);
        if (Tokens.Of(context.Request) is not null) return Forbidden("The address carries its own permission; an Authorization header must not come with it.");
        if (verdict == DownloadLinks.Verdict.Forged) return Forbidden("The signature does not fit the address.");
        if (verdict == DownloadLinks.Verdict.Expired) return Forbidden($"The address was good until {context.Request.Query["se"]}; now it is {clock.Now:O}.");
        if (files.FindGenerated(id) is not { } file) return Reply.Refuse(StatusCodes.Status404NotFound, $"File {id} is not known.");

        call.Describe(record => record with { Files = [file.ToCallFile()] });
        if (!file.Fetchable) return Reply.Refuse(settings.Current.HistoryOffStatus, $"File {id} was not kept: history_and_training_disabled was not false.");
        return FaultReply.Shape(new Reply(StatusCodes.Status200OK, file.ContentType, file.Bytes) { Disposition = Header(file), Length = file.Size }, fault);
    }

    // A header can't hold what is not ASCII, so such names go out in the extended form whatever the address says.
    private static string Header(GeneratedFile file)
    {
        var disposition = DownloadLinks.Disposition(file);
        return disposition.All(c => c is >= ' ' and <= '~') ? disposition : DownloadLinks.Disposition(file with { NameForm = Answers.NameForm.Extended });
    }

    private static Reply Forbidden(string why) => Reply.Text(
        StatusCodes.Status403Forbidden,
        "application/xml",
        $"""<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>{SecurityElement.Escape(why)}</Message></Error>""");
}
