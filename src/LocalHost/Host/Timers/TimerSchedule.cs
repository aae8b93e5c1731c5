using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace SparrowFunctions.LocalHost.Host.Timers;

/// <summary>An NCRONTAB schedule in UTC: six fields with the seconds first, or the usual five.</summary>
internal sealed class TimerSchedule
{
    private readonly CronExpression _expression;

    private TimerSchedule(CronExpression expression) => _expression = expression;

    /// <summary>Reads an expression; false when it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimerSchedule? schedule)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        schedule = CronExpression.TryParse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard, out var expression)
            ? new TimerSchedule(expression)
            : null;
        return schedule is not null;
    }

    /// <summary>The first time after this one, or null when there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) => _expression.GetNextOccurrence(time, TimeZoneInfo.Utc);

    /// <summary>Whether two runs after this time are less than a minute apart; such schedules are not remembered.</summary>
    public bool IsUnderAMinute(DateTimeOffset from) =>
        NextAfter(from) is { } first && NextAfter(first) is { } second && second - first < TimeSpan.FromMinutes(1);
}
