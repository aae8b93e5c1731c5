namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>What a timer function is told about its schedule.</summary>
#pragma warning disable MA0053 // the worker's class is not sealed either
public class TimerInfo
#pragma warning restore MA0053
{
    /// <summary>Runs so far; null when the schedule is not remembered (an interval under a minute, or <c>UseMonitor = false</c>).</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run is later than scheduled, since no host was there at its time.</summary>
    public bool IsPastDue { get; set; }
}
