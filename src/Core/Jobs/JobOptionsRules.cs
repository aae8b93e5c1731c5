using Microsoft.Extensions.Options;

namespace SparrowFunctions.Jobs;

/// <summary>What the settings under <c>Jobs</c> may be.</summary>
internal sealed class JobOptionsRules : IValidateOptions<JobOptions>
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, JobOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.MaxAttempts is < 1 or > 100)
            result.AddError($"Jobs__MaxAttempts is {options.MaxAttempts}; allowed is 1 to 100.");
        if (options.RetryDelay < TimeSpan.FromSeconds(1) || options.RetryDelay > TimeSpan.FromHours(1))
            result.AddError($"Jobs__RetryDelay is {options.RetryDelay}; allowed is 00:00:01 to 01:00:00.");
        if (options.MaxRetryDelay < options.RetryDelay || options.MaxRetryDelay > LongestDelay)
            result.AddError($"Jobs__MaxRetryDelay is {options.MaxRetryDelay}; allowed is Jobs__RetryDelay ({options.RetryDelay}) to {LongestDelay}.");
        if (options.Lease < TimeSpan.FromSeconds(20) || options.Lease > TimeSpan.FromMinutes(10))
            result.AddError($"Jobs__Lease is {options.Lease}; allowed is 00:00:20 to 00:10:00.");
        if (!Enum.IsDefined(options.UnknownOutcome))
            result.AddError("Jobs__UnknownOutcome is not known; allowed is retryOnce or hold.");
        return result.Build();
    }
}
