using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SparrowEmulator.Answers;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;
using SparrowEmulator.Files;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Admin;

/// <summary>The side that tests and people steer the emulator by. It needs no key: the emulator listens on loopback only.</summary>
internal sealed class AdminEndpoints(
    CallLedger calls, SettingsStore settings, FaultBook faults, AnswerBook answers, SessionStore sessions, FileStore files)
{
    // Texts stay readable.
    private static readonly AdminJson Written = new(
        new JsonSerializerOptions(AdminJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Maps everything under <c>/__admin</c>.</summary>
    public void Map(WebApplication app)
    {
        var admin = app.MapGroup("/__admin");
        admin.MapGet("/calls", context => Show(calls.Snapshot(), Written.IReadOnlyListCallRecord, context));
        admin.MapPost("/release", ReleaseAsync);
        admin.MapPost("/reset", ResetAsync);
        admin.MapGet("/settings", ShowSettingsAsync);
        admin.MapPut("/settings", ChangeSettingsAsync);
        admin.MapGet("/faults", ShowFaultsAsync);
        admin.MapPost("/faults", AddFaultsAsync);
        admin.MapDelete("/faults", context => Forget(faults.Clear, context));
        admin.MapGet("/answers", ShowAnswersAsync);
        admin.MapPost("/answers", AddAnswersAsync);
        admin.MapDelete("/answers", context => Forget(answers.Clear, context));
    }

    private async Task ReleaseAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        if (problem is null) problem = body is JsonObject request ? Release(request) : "Send a JSON object: {} for all calls, or {\"number\":1} for one.";
        await (problem is null ? Reply.Json(StatusCodes.Status200OK, new JsonObject { ["status"] = "ok" }).WriteAsync(context) : Refuse(problem, context));
    }

    private string? Release(JsonObject request)
    {
        try
        {
            var number = request.Deserialize(AdminJson.Default.ReleaseRequest)!.Number;
            return calls.TryRelease(number) ? null : $"number is {number}, which no call has; GET /__admin/calls shows them.";
        }
        catch (JsonException e)
        {
            return AdminBody.Explain(e);
        }
    }

    private Task ResetAsync(HttpContext context) => Forget(
        () =>
        {
            settings.Reset();
            faults.Clear();
            answers.Clear();
            sessions.Clear();
            files.Clear();
            calls.Clear();
        },
        context);

    private Task ShowSettingsAsync(HttpContext context) =>
        Show(settings.Current, Written.EmulatorSettings, context);

    private async Task ChangeSettingsAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        if (problem is null) problem = body is JsonObject changes ? settings.Merge(changes) : "Send a JSON object with the settings to change.";
        await (problem is null ? ShowSettingsAsync(context) : Refuse(problem, context));
    }

    private Task ShowFaultsAsync(HttpContext context) =>
        Show(faults.Snapshot(), Written.IReadOnlyListFaultRule, context);

    private async Task AddFaultsAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        IReadOnlyList<FaultRule> rules = [];
        if (problem is null) (rules, problem) = AdminBody.Rules(body!, AdminJson.Default.FaultRule, rule => rule.Problem());
        if (problem is null) faults.Add(rules);
        await (problem is null ? ShowFaultsAsync(context) : Refuse(problem, context));
    }

    private Task ShowAnswersAsync(HttpContext context) =>
        Show(answers.Snapshot(), Written.IReadOnlyListAnswerRule, context);

    private async Task AddAnswersAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        IReadOnlyList<AnswerRule> rules = [];
        if (problem is null) (rules, problem) = AdminBody.Rules(body!, AdminJson.Default.AnswerRule, rule => rule.Problem());
        if (problem is null) answers.Add(rules);
        await (problem is null ? ShowAnswersAsync(context) : Refuse(problem, context));
    }

    private static Task Show<T>(T value, JsonTypeInfo<T> type, HttpContext context) =>
        new Reply(StatusCodes.Status200OK, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(value, type)).WriteAsync(context);

    private static Task Refuse(string problem, HttpContext context) => Reply.Refuse(StatusCodes.Status400BadRequest, problem).WriteAsync(context);

    private static Task Forget(Action clear, HttpContext context)
    {
        clear();
        return Reply.Json(StatusCodes.Status200OK, new JsonObject { ["status"] = "ok" }).WriteAsync(context);
    }
}
