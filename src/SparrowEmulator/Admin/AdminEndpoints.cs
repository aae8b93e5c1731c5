using System.Text.Json;
using System.Text.Json.Nodes;
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
    /// <summary>Maps everything under <c>/__admin</c>.</summary>
    public void Map(WebApplication app)
    {
        var admin = app.MapGroup("/__admin");
        admin.MapGet("/calls", context => Show(JsonSerializer.SerializeToNode(calls.Snapshot(), AdminJson.Default.IReadOnlyListCallRecord)!, context));
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
        Show(JsonSerializer.SerializeToNode(settings.Current, AdminJson.Default.EmulatorSettings)!, context);

    private async Task ChangeSettingsAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        if (problem is null) problem = body is JsonObject changes ? settings.Merge(changes) : "Send a JSON object with the settings to change.";
        await (problem is null ? ShowSettingsAsync(context) : Refuse(problem, context));
    }

    private Task ShowFaultsAsync(HttpContext context) =>
        Show(JsonSerializer.SerializeToNode(faults.Snapshot(), AdminJson.Default.IReadOnlyListFaultRule)!, context);

    private async Task AddFaultsAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        IReadOnlyList<FaultRule> rules = [];
        if (problem is null) (rules, problem) = AdminBody.Rules(body!, AdminJson.Default.FaultRule, rule => rule.Problem());
        if (problem is null) faults.Add(rules);
        await (problem is null ? ShowFaultsAsync(context) : Refuse(problem, context));
    }

    private Task ShowAnswersAsync(HttpContext context) =>
        Show(JsonSerializer.SerializeToNode(answers.Snapshot(), AdminJson.Default.IReadOnlyListAnswerRule)!, context);

    private async Task AddAnswersAsync(HttpContext context)
    {
        var (body, problem) = await AdminBody.ReadAsync(context.Request, context.RequestAborted);
        IReadOnlyList<AnswerRule> rules = [];
        if (problem is null) (rules, problem) = AdminBody.Rules(body!, AdminJson.Default.AnswerRule, rule => rule.Problem());
        if (problem is null) answers.Add(rules);
        await (problem is null ? ShowAnswersAsync(context) : Refuse(problem, context));
    }

    private static Task Show(JsonNode body, HttpContext context) => Reply.Json(StatusCodes.Status200OK, body).WriteAsync(context);

    private static Task Refuse(string problem, HttpContext context) => Reply.Refuse(StatusCodes.Status400BadRequest, problem).WriteAsync(context);

    private static Task Forget(Action clear, HttpContext context)
    {
        clear();
        return Reply.Json(StatusCodes.Status200OK, new JsonObject { ["status"] = "ok" }).WriteAsync(context);
    }
}
