namespace SparrowFunctions.LocalHost.Host.Settings;

/// <summary>How the host reads the text of a queue message.</summary>
internal enum MessageEncoding
{
    /// <summary>The text is base64 and the function gets what it decodes to; other text is poison.</summary>
    Base64,

    /// <summary>The function gets the text as it is.</summary>
    None,
}
