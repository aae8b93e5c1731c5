namespace SparrowFunctions.LocalHost.Development;

/// <summary>Where the app and what is started beside it listen.</summary>
/// <param name="App">The app.</param>
/// <param name="Emulator">The Sparrow emulator.</param>
/// <param name="Azurite">Azurite's three services.</param>
public sealed record DevelopmentPorts(int App, int Emulator, AzuritePorts Azurite)
{
    /// <summary>The documented ports.</summary>
    public static readonly DevelopmentPorts Usual = new(7071, 7072, AzuritePorts.Usual);
}
