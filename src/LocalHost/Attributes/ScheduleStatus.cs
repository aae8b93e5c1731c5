namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>The remembered state of a schedule, in UTC, as it was before this run.</summary>
#pragma warning disable MA0053 // the worker's class is not sealed either
public class ScheduleStatus
#pragma warning restore MA0053
{
    /// <summary>When the function last ran; the default value before its first run.</summary>
    public DateTime Last { get; set; }

    /// <summary>The run that was expected next: usually this one.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this record was written.</summary>
    public DateTime LastUpdated { get; set; }
}
