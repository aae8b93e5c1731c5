namespace SparrowEmulator;

/// <summary>How an emulator is started. What can change while it runs is set through <c>PUT /__admin/settings</c>.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The port on loopback; 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock behind latency, hold, expiry and the ledger's times. Default: the machine's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
