using System.Text.Json;
using System.Text.Json.Nodes;
using SparrowEmulator.Admin;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Chats;

/// <summary>
/// Answers questions. The order: key (401), body (409), place in the mode (429), fault, points (402), conversation and files (404, 409),
/// then the latency, and the answer. From there on the client's presence plays no part: as with the service, a call whose client has
/// gone is still worked off, billed, and goes on its conversation.
/// </summary>
internal sealed class ChatEndpoint(
    CallLedger calls,
    SettingsStore settings,
    Lanes lanes,
    FaultBook faults,
    SessionStore sessions,
    TurnComposer composer,
    EmulatorClock clock,
    IHostApplicationLifetime lifetime)
{
    /// <summary>Takes one question.</summary>
    public async Task HandleAsync(HttpContext context, ChatRoute route)
    {
        var call = calls.Open(CallKind.Chat, context);
        var reply = Reply.Failed;
        try
        {
            reply = await DecideAsync(context, route, call, lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left before its request was whole, or the emulator is being stopped.
            reply = Reply.Cut(DropPoint.Before);
        }
        finally
        {
            calls.End(call, reply);
        }

        await reply.WriteAsync(context);
    }

    /// <summary>The number of pooled accounts behind the free conversation. The response's shape is in no source; this one is a guess.</summary>
    public Task CountPoolAsync(HttpContext context)
    {
        var reply = settings.Accepts(Tokens.Of(context.Request))
            ? Reply.Json(StatusCodes.Status200OK, new JsonObject { ["count"] = settings.Current.Concurrency.Standard })
            : Unauthorized();
        return reply.WriteAsync(context);
    }

    private static Reply Unauthorized() => Reply.Refuse(StatusCodes.Status401Unauthorized, "The key is missing or not valid.");

    private async Task<Reply> DecideAsync(HttpContext context, ChatRoute route, OpenCall call, CancellationToken stopping)
    {
        // Read before it is judged: the ledger tells what was asked also where the key was refused
        var (chat, problem) = await ReadAsync(context, route);
        if (chat is not null) Describe(call, chat);
        if (!settings.Accepts(Tokens.Of(context.Request))) return Unauthorized();
        if (chat is null) return Reply.Refuse(StatusCodes.Status409Conflict, problem!);

        using var place = lanes.TryEnter(route.Lane);
        if (place is null)
            return Reply.Refuse(StatusCodes.Status429TooManyRequests, "Too many requests at once in this mode; slow down.") with { RetryAfter = "1" };

        var fault = faults.Strike(CallKind.Chat, route.Path, chat.Prompt);
        if (fault is { IsWorkedOff: false })
        {
            await clock.WaitAsync(fault.Delay, call.Released, stopping);
            return FaultReply.Of(fault);
        }

        return await WorkOffAsync(context, route, call, chat, fault, stopping);
    }

    private static async Task<(ChatCall? Chat, string? Problem)> ReadAsync(HttpContext context, ChatRoute route)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return (ChatBody.Read(body.RootElement, route), null);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return (null, e is JsonException ? "The body is not JSON." : e.Message);
        }
    }

    private void Describe(OpenCall call, ChatCall chat) => call.Describe(record => record with
    {
        Prompt = chat.Prompt,
        Messages = [.. chat.Texts.Select(text => new CallMessage(text.Role, text.Content))],
        ConversationId = chat.ConversationId,
        ParentMessageId = chat.ParentMessageId,
        Files = [.. composer.FilesOf(chat)],
    });

    private async Task<Reply> WorkOffAsync(HttpContext context, ChatRoute route, OpenCall call, ChatCall chat, Fault? fault, CancellationToken stopping)
    {
        if (!sessions.TryBegin(chat, out var turn, out var refusal)) return Reply.Refuse(refusal.Status, refusal.Detail);
        using (turn)
        {
            if (route.Lane != Lane.Free && !settings.TryCharge())
                return Reply.Refuse(StatusCodes.Status402PaymentRequired, "Not enough points left for this call.");

            var baseUrl = $"{context.Request.Scheme}://{context.Request.Host}";
            var latency = TimeSpan.FromMilliseconds(settings.Current.LatencyMs);
            await clock.WaitAsync(latency + (fault?.Delay ?? TimeSpan.Zero), call.Released, stopping);

            var answer = composer.Compose(chat, route.Lane == Lane.Free, turn.ConversationId, baseUrl, fault);
            turn.Finish(answer.MessageId);
            var shape = route.Form switch
            {
                BodyForm.Several => settings.Current.OpenAiSystemShape,
                BodyForm.Free => settings.Current.FreeShape,
                _ => ResponseShape.Contents,
            };
            return FaultReply.Shape(answer.ToReply(shape) with { Billed = true }, fault);
        }
    }
}
