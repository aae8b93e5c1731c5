using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;
using SparrowFunctions.LocalHost.Host.Blobs;
using SparrowFunctions.LocalHost.Host.Timers;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>Turns a trigger attribute into a definition with its settings resolved.</summary>
internal sealed partial class TriggerReader(IConfiguration settings, Action<string> refuse)
{
    /// <summary>The definition, or null when something was refused.</summary>
    public TriggerDefinition? Read(Attribute attribute, string functionName) => attribute switch
    {
        QueueTriggerAttribute queue => Queue(queue),
        BlobTriggerAttribute blob => Blob(blob),
        TimerTriggerAttribute timer => Timer(timer),
        HttpTriggerAttribute http => Http(http, functionName),
        _ => null,
    };

    private QueueTriggerDefinition? Queue(QueueTriggerAttribute attribute)
    {
        var name = SettingTokens.Resolve(attribute.QueueName, settings, refuse);
        if (QueueName().IsMatch(name))
        {
            return new QueueTriggerDefinition(name, attribute.Connection);
        }

        refuse($"'{name}' is no queue name; allowed are 3 to 63 small letters, digits and single '-' inside.");
        return null;
    }

    private BlobTriggerDefinition? Blob(BlobTriggerAttribute attribute)
    {
        var path = SettingTokens.Resolve(attribute.BlobPath, settings, refuse);
        if (BlobPathPattern.TryParse(path, out var pattern))
        {
            return new BlobTriggerDefinition(pattern, attribute.Connection, attribute.Source == BlobTriggerSource.LogsAndContainerScan);
        }

        refuse($"'{path}' is no blob path; write container/name, where the name may have {{tokens}} and the container may not.");
        return null;
    }

    private TimerTriggerDefinition? Timer(TimerTriggerAttribute attribute)
    {
        var text = SettingTokens.Resolve(attribute.Schedule, settings, refuse);
        if (TimerSchedule.TryParse(text, out var schedule))
        {
            return new TimerTriggerDefinition(schedule, attribute.RunOnStartup, attribute.UseMonitor);
        }

        refuse($"'{text}' is no schedule; write six fields: second minute hour day month day-of-week, such as '0 */5 * * * *'.");
        return null;
    }

    private HttpTriggerDefinition? Http(HttpTriggerAttribute attribute, string functionName)
    {
        var route = SettingTokens.Resolve(attribute.Route ?? functionName, settings, refuse).Trim('/');
        try
        {
            var values = RoutePatternFactory.Parse(route).Parameters.Select(p => p.Name).ToList();
            return new HttpTriggerDefinition(route, values, attribute.Methods ?? [], attribute.AuthLevel);
        }
        catch (RoutePatternException e)
        {
            refuse($"'{route}' is no route: {e.Message}");
            return null;
        }
    }

    [GeneratedRegex("^[a-z0-9](?:-?[a-z0-9]){2,62}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex QueueName();
}
