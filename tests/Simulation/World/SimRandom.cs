namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>The one source of chance in a simulated world (PCG32): a seed gives the same numbers on every machine.</summary>
internal sealed class SimRandom
{
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;

    private ulong _state;

    public SimRandom(int seed)
    {
        // SplitMix64 of the seed, so that neighbouring seeds have nothing in common
        var mixed = (ulong)seed + 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        _state = mixed ^ (mixed >> 31);
        NextUInt32();
    }

    public uint NextUInt32()
    {
        var old = _state;
        _state = unchecked((old * Multiplier) + Increment);
        var shifted = (uint)(((old >> 18) ^ old) >> 27);
        return uint.RotateRight(shifted, (int)(old >> 59));
    }

    /// <summary>A whole number from 0 (inclusive) to <paramref name="bound"/> (exclusive).</summary>
    public int Below(int bound) => (int)(((ulong)NextUInt32() * (ulong)bound) >> 32);

    /// <summary>A whole number, both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    public double Fraction() => NextUInt32() / 4294967296.0;

    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>A time, both ends included.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Fraction());

    /// <summary>A time that is mostly near the least and seldom near the most.</summary>
    public TimeSpan Skewed(TimeSpan least, TimeSpan most) => least + ((most - least) * Math.Pow(Fraction(), 4));

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 16; i += 4)
            BitConverter.TryWriteBytes(bytes[i..], NextUInt32());
        return new Guid(bytes);
    }

    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
