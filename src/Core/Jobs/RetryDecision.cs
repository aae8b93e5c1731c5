namespace SparrowFunctions.Jobs;

/// <summary>What a failed attempt leads to.</summary>
/// <param name="State"><see cref="JobState.Waiting"/> for another try, <see cref="JobState.Failed"/> or <see cref="JobState.Unknown"/> for none.</param>
/// <param name="Delay">How long to wait before the next try; zero when there is none.</param>
public readonly record struct RetryDecision(JobState State, TimeSpan Delay);
