using SparrowEmulator.Accounts;
using SparrowEmulator.Admin;
using SparrowEmulator.Chats;
using SparrowEmulator.Files;

namespace SparrowEmulator;

/// <summary>Every path of Sparrow's three generations. The comment at each group says where it is known from.</summary>
internal static class SparrowRoutes
{
    private const string Pool = "/backend-api/namespace";

    /// <summary>Chat routes, in the order of the vendor's table.</summary>
    public static IReadOnlyList<ChatRoute> Chats { get; } =
    [
        // G1, from the vendor's guide; the concurrent openai-system pair is inferred (the guide's table repeats the standard paths).
        .. Mode("/standard", Lane.Standard),
        .. Mode("/concurrent", Lane.Concurrent),

        // G2, from a user's client of late 2024. Its mode is unknown; it counts as standard here.
        new("/chat/all-tools", Lane.Standard, BodyForm.Single, NeedsGizmo: false),
        new("/chat/action", Lane.Standard, BodyForm.Single, NeedsGizmo: true),

        // The free GPT-3.5 conversation: a host of its own at the vendor's, served here by the same one.
        new("/backend-api/conversation", Lane.Free, BodyForm.Free, NeedsGizmo: false),
    ];

    /// <summary>Upload routes: G0 and G1 share a path, then G2 and an alias of a single day in January 2024.</summary>
    public static IReadOnlyList<string> Uploads { get; } =
        ["/standard/uploaded", "/concurrent/uploaded", "/chat/uploaded", "/standard/chat/uploaded"];

    /// <summary>Routes that are no calls of the ledger: they cost nothing, and faults never strike them.</summary>
    public static IReadOnlyList<string> OutsideTheLedger { get; } = [Pool, AccessTokenEndpoint.Path];

    /// <summary>Maps all of them, the downloads and the admin side.</summary>
    public static void MapSparrow(this WebApplication app)
    {
        var chats = app.Services.GetRequiredService<ChatEndpoint>();
        foreach (var route in Chats) app.MapPost(route.Path, context => chats.HandleAsync(context, route));

        var uploads = app.Services.GetRequiredService<UploadEndpoint>();
        foreach (var path in Uploads) app.MapPost(path, uploads.HandleAsync);

        app.MapGet("/file-{id}", app.Services.GetRequiredService<DownloadEndpoint>().HandleAsync);
        app.MapGet(Pool, chats.CountPoolAsync);

        // From the vendor's batch client: on the account's own host there, served here by the same one
        app.MapPost(AccessTokenEndpoint.Path, app.Services.GetRequiredService<AccessTokenEndpoint>().HandleAsync);
        app.Services.GetRequiredService<AdminEndpoints>().Map(app);
        app.MapFallback(context => Reply.Refuse(StatusCodes.Status404NotFound, $"There is no {context.Request.Method} {context.Request.Path} here.")
            .WriteAsync(context));
    }

    private static ChatRoute[] Mode(string prefix, Lane lane) =>
    [
        new($"{prefix}/all-tools", lane, BodyForm.Single, NeedsGizmo: false),
        new($"{prefix}/gizmos", lane, BodyForm.Single, NeedsGizmo: true),
        new($"{prefix}/openai-system/all-tools", lane, BodyForm.Several, NeedsGizmo: false),
        new($"{prefix}/openai-system/gizmos", lane, BodyForm.Several, NeedsGizmo: true),
    ];
}
