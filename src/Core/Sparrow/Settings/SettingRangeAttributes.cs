using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SparrowFunctions.Sparrow.Settings;

/// <summary>A time between two limits. The generated validator takes only the limits of the framework's own attribute, not its message.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is TimeSpan time && time >= TimeSpan.Parse(minimum, CultureInfo.InvariantCulture) && time <= TimeSpan.Parse(maximum, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => $"{SettingName.Of(name)} is out of range: write hh:mm:ss between {minimum} and {maximum}.";
}

/// <summary>A whole number between two limits.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NumberRangeAttribute(int minimum, int maximum) : ValidationAttribute
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is int number && number >= minimum && number <= maximum;

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{SettingName.Of(name)} is out of range: write a number from {minimum} to {maximum}.");
}

/// <summary>Names of settings as users write them.</summary>
internal static class SettingName
{
    /// <summary><c>SparrowOptions.Downloads.IdleTimeout</c>, as validation calls it, is <c>Sparrow__Downloads__IdleTimeout</c>.</summary>
    public static string Of(string validated) => validated.Replace("Options.", "__", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal);
}
