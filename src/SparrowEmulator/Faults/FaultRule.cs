using SparrowEmulator.Calls;

namespace SparrowEmulator.Faults;

/// <summary>One rule of <c>POST /__admin/faults</c>.</summary>
internal sealed record FaultRule
{
    /// <summary>Which calls it is about; every chat when left out.</summary>
    public FaultMatch Match { get; set; } = new();

    /// <summary>How many calls it strikes; −1 for all.</summary>
    public int Times { get; set; } = 1;

    /// <summary>What happens to them.</summary>
    public required Fault Fault { get; set; }

    /// <summary>What is wrong with the rule, naming the field; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { Times: 0 or < -1 } => "times must be 1 or more, or -1 for always.",
        { Match.Nth: < 1 } => "match.nth counts from 1.",
        { Match.Route: "" } => "match.route must be a path, its beginning, or one of chat, upload, download.",
        _ when Match.OutsideTheLedger() is { } route => $"match.route is {route} alone, which faults never strike: it is no call of the ledger.",
        _ => Fault.Problem(),
    };
}

/// <summary>Which calls a fault is about. All that is given must hold.</summary>
internal sealed record FaultMatch
{
    /// <summary>
    /// A path or the beginning of one (<c>/standard/uploaded</c>, <c>/concurrent</c>, <c>/file-</c>; a closing <c>*</c> is allowed),
    /// or a kind: chat, upload, download. Without it, chats only.
    /// </summary>
    public string? Route { get; set; }

    /// <summary>A piece of the last user text, exact in case. Uploads and downloads have none.</summary>
    public string? PromptContains { get; set; }

    /// <summary>The first call to strike, counted from 1 among those that match.</summary>
    public int? Nth { get; set; }

    /// <summary>True when the call is one of those meant.</summary>
    public bool Covers(CallKind kind, string path, string? prompt) =>
        CoversRoute(kind, path) && (PromptContains is null || prompt?.Contains(PromptContains, StringComparison.Ordinal) == true);

    /// <summary>The route it means where that is no call of the ledger; null when it may strike.</summary>
    public string? OutsideTheLedger() => Route is null || SparrowRoutes.Chats.Any(chat => CoversRoute(CallKind.Chat, chat.Path))
        ? null
        : SparrowRoutes.OutsideTheLedger.FirstOrDefault(path => CoversPath(path));

    private bool CoversRoute(CallKind kind, string path) => Route switch
    {
        null => kind == CallKind.Chat,
        "chat" => kind == CallKind.Chat,
        "upload" => kind == CallKind.Upload,
        "download" => kind == CallKind.Download,
        _ => CoversPath(path),
    };

    private bool CoversPath(string path) => path.StartsWith("/" + Route!.Trim('/', '*'), StringComparison.OrdinalIgnoreCase);
}
