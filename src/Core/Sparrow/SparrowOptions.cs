using System.ComponentModel.DataAnnotations;

namespace SparrowFunctions.Sparrow;

/// <summary>The settings under <c>Sparrow</c>.</summary>
public sealed class SparrowOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sparrow";

    /// <summary>Where chats and uploads go; https, or http on a loopback address.</summary>
    [Required]
    public Uri BaseUrl { get; set; } = new("https://beta.gpt4api.plus");

    /// <summary>Where the free GPT-3.5 conversation lives.</summary>
    [Required]
    public Uri FreeBaseUrl { get; set; } = new("https://g3.gpt4api.plus");

    /// <summary>The key. Never logged, never part of an error or a page.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ApiKey { get; set; } = "";

    /// <summary>The lane of jobs that name none.</summary>
    public SparrowMode Mode { get; set; } = SparrowMode.Standard;

    /// <summary>The model of jobs that name none.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Model { get; set; } = "gpt-4";

    /// <summary>The custom GPT of jobs that name none; null for plain chats.</summary>
    public string? GizmoId { get; set; }

    /// <summary>How long one call may take; the vendor ends calls at 8 minutes, so its answer wins. Default 8.5 minutes.</summary>
    public TimeSpan RequestTimeout { get; set; } = new(0, 8, 30);

    /// <summary>How long Sparrow is relied on to keep a conversation after an answer. Default 3 minutes.</summary>
    public TimeSpan SessionHold { get; set; } = TimeSpan.FromMinutes(3);
}
