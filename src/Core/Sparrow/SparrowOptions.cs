using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Sparrow;

/// <summary>The settings under <c>Sparrow</c>.</summary>
public sealed class SparrowOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Sparrow";

    /// <summary>Where chats and uploads go; https, or http on a loopback address.</summary>
    [Required(ErrorMessage = "Sparrow__BaseUrl is empty: write an https address, for example https://beta.gpt4api.plus.")]
    public Uri BaseUrl { get; set; } = new("https://beta.gpt4api.plus");

    /// <summary>Where the free GPT-3.5 conversation lives; https, or http on a loopback address.</summary>
    [Required(ErrorMessage = "Sparrow__FreeBaseUrl is empty: write an https address, for example https://g3.gpt4api.plus.")]
    public Uri FreeBaseUrl { get; set; } = new("https://g3.gpt4api.plus");

    /// <summary>The key, alone, without <c>Bearer</c>. Never logged, never part of an error or a page.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Sparrow__ApiKey is missing: set it to the access token of your Sparrow console.")]
    public string ApiKey { get; set; } = "";

    /// <summary>How the key is written on <see cref="BaseUrl"/>. Default bearer.</summary>
    public AuthorizationForm Authorization { get; set; } = AuthorizationForm.Bearer;

    /// <summary>How the key is written on <see cref="FreeBaseUrl"/>. Default bare, as the vendor's guide shows it there.</summary>
    public AuthorizationForm FreeAuthorization { get; set; } = AuthorizationForm.Bare;

    /// <summary>The lane of jobs that name none.</summary>
    public SparrowMode Mode { get; set; } = SparrowMode.Standard;

    /// <summary>The model of jobs that name none.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Sparrow__Model is empty: write a model's name, for example gpt-4.")]
    public string Model { get; set; } = "gpt-4";

    /// <summary>The custom GPT of jobs that name none; null for plain chats.</summary>
    public string? GizmoId { get; set; }

    /// <summary>Which generation of the vendor's paths is spoken. Default G1.</summary>
    public SparrowGeneration Profile { get; set; } = SparrowGeneration.G1;

    /// <summary>Paths that replace the profile's own, one by one.</summary>
    [ValidateObjectMembers]
    public SparrowPathOptions Paths { get; set; } = new();

    /// <summary>How long one call may take, its in-call retries included; the vendor ends calls at 8 minutes, so its answer wins. Default 8.5 minutes.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = new(0, 8, 30);

    /// <summary>How long making a connection may take. Default 15 seconds.</summary>
    [TimeRange("00:00:01", "00:02:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The part of an upload's timeout that does not depend on its size. Default 2 minutes.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes a second an upload is expected to reach; size divided by it is added to <see cref="UploadTimeout"/>. Default 250,000.</summary>
    [NumberRange(1_000, 1_000_000_000)]
    public int UploadRate { get; set; } = 250_000;

    /// <summary>How often a call is repeated at once where that is safe (429 with a short wait, 503, no connection). Default 2; 0 turns it off.</summary>
    [NumberRange(0, 5)]
    public int CallRetries { get; set; } = 2;

    /// <summary>No repetition begins later than this after the call began. Default 5 seconds.</summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan CallRetryWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Sparrow is relied on to keep a conversation after an answer. Default 3 minutes.</summary>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan SessionHold { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Caps of the adaptive concurrency limit, per instance.</summary>
    [ValidateObjectMembers]
    public SparrowConcurrencyOptions MaxConcurrency { get; set; } = new();

    /// <summary>Limits of fetching generated files.</summary>
    [ValidateObjectMembers]
    public SparrowDownloadOptions Downloads { get; set; } = new();
}
