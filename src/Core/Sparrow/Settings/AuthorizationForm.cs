namespace SparrowFunctions.Sparrow.Settings;

/// <summary>How the key is written in the Authorization header; the vendor's pages show both.</summary>
public enum AuthorizationForm
{
    /// <summary><c>Authorization: Bearer key</c>.</summary>
    Bearer,

    /// <summary><c>Authorization: key</c>.</summary>
    Bare,
}
