using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Sparrow.Requests;

/// <summary>Which path a request takes: the profile's own, unless a setting replaces it.</summary>
public sealed class SparrowRoutes(SparrowGeneration generation, SparrowPathOptions paths)
{
    private readonly SparrowProfile _profile = SparrowProfile.Of(generation);

    /// <summary>The route that a request takes: several messages, a GPT and the free mode each have their own.</summary>
    public static SparrowRoute RouteOf(ChatRequest request) =>
        RouteOf(request.Mode, request.Messages is not null, !string.IsNullOrEmpty(request.GizmoId));

    /// <summary>The route that a request of these properties takes.</summary>
    public static SparrowRoute RouteOf(SparrowMode mode, bool hasMessages, bool hasGizmo) => (mode, hasMessages, hasGizmo) switch
    {
        (SparrowMode.Free, _, _) => SparrowRoute.FreeConversation,
        (_, true, true) => SparrowRoute.SystemGizmos,
        (_, true, false) => SparrowRoute.SystemAllTools,
        (_, false, true) => SparrowRoute.Gizmos,
        (_, false, false) => SparrowRoute.AllTools,
    };

    /// <summary>The path, or null where neither the profile nor a setting has one.</summary>
    public string? Resolve(SparrowRoute route, SparrowMode mode) => Override(route, mode) is { Length: > 0 } path ? path : _profile.PathOf(route, mode);

    /// <summary>What to tell a caller whose route is missing.</summary>
    public string Missing(SparrowRoute route, SparrowMode mode) => mode == SparrowMode.Free
        ? "The free mode takes one prompt and nothing else: no files, no GPT, no several messages."
        : $"Profile {_profile.Generation} has no {What(route)} in {(mode == SparrowMode.Concurrent ? "concurrent" : "standard")} mode: " +
          $"choose another mode or Sparrow__Profile, or set Sparrow__Paths__{SettingOf(route, mode)}.";

    /// <summary>The last part of the setting that holds this path, for example <c>StandardUpload</c>.</summary>
    public static string SettingOf(SparrowRoute route, SparrowMode mode) => route switch
    {
        SparrowRoute.FreeConversation => nameof(SparrowPathOptions.FreeConversation),
        SparrowRoute.Pool => nameof(SparrowPathOptions.Pool),
        _ => $"{(mode == SparrowMode.Concurrent ? "Concurrent" : "Standard")}{route}",
    };

    private string? Override(SparrowRoute route, SparrowMode mode) => (route, mode) switch
    {
        (SparrowRoute.FreeConversation, SparrowMode.Free) => paths.FreeConversation,
        (SparrowRoute.Pool, _) => paths.Pool,
        (SparrowRoute.Upload, SparrowMode.Standard) => paths.StandardUpload,
        (SparrowRoute.AllTools, SparrowMode.Standard) => paths.StandardAllTools,
        (SparrowRoute.Gizmos, SparrowMode.Standard) => paths.StandardGizmos,
        (SparrowRoute.SystemAllTools, SparrowMode.Standard) => paths.StandardSystemAllTools,
        (SparrowRoute.SystemGizmos, SparrowMode.Standard) => paths.StandardSystemGizmos,
        (SparrowRoute.Upload, SparrowMode.Concurrent) => paths.ConcurrentUpload,
        (SparrowRoute.AllTools, SparrowMode.Concurrent) => paths.ConcurrentAllTools,
        (SparrowRoute.Gizmos, SparrowMode.Concurrent) => paths.ConcurrentGizmos,
        (SparrowRoute.SystemAllTools, SparrowMode.Concurrent) => paths.ConcurrentSystemAllTools,
        (SparrowRoute.SystemGizmos, SparrowMode.Concurrent) => paths.ConcurrentSystemGizmos,
        _ => null,
    };

    private static string What(SparrowRoute route) => route switch
    {
        SparrowRoute.Upload => "upload",
        SparrowRoute.Gizmos => "route for GPTs",
        SparrowRoute.SystemAllTools => "route for several messages",
        SparrowRoute.SystemGizmos => "route for several messages to a GPT",
        _ => "chat route",
    };
}
