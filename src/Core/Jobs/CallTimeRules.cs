using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>A call must fit into one run of a function: otherwise no retry would ever begin, and the platform would cut the calls that do.</summary>
internal sealed class CallTimeRules(FunctionTimeout timeout, Invocations invocations) : IValidateOptions<SparrowOptions>
{
    // What no setting may be is told by the rule that says so
    private static readonly TimeSpan LongestAllowed = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, SparrowOptions options)
    {
        if (timeout.Problem is { } problem)
            return ValidateOptionsResult.Fail(problem);
        var call = options.RequestTimeout;
        return call > LongestAllowed || invocations.Begin().HasTimeFor(call)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Sparrow__RequestTimeout ({call:c}) does not fit into one run of a function ({invocations.Limit:c}) with the two minutes that are kept for what follows a call: "
                + "lower it, or raise functionTimeout in host.json (AzureFunctionsJobHost__functionTimeout).");
    }
}
