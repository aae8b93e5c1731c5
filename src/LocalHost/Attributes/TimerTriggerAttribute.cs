namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Runs the function on a schedule, in UTC. The parameter is a <see cref="TimerInfo"/>.</summary>
/// <param name="schedule">An NCRONTAB expression of six fields (seconds first), or <c>%Setting%</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>The schedule, as written.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs when the host starts.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>
    /// Whether the schedule is remembered across restarts, so that a missed run is made up for; true unless set.
    /// Schedules of less than a minute are never remembered.
    /// </summary>
    public bool UseMonitor { get; set; } = true;
}
