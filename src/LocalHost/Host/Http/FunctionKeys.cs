using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.LocalHost.Host.Http;

/// <summary>
/// Who may call what. With neither <c>LocalHost__FunctionKey</c> nor <c>LocalHost__MasterKey</c> set everybody may, as is usual
/// in development. The master key opens everything.
/// </summary>
internal sealed class FunctionKeys(IConfiguration settings)
{
    private readonly byte[]? _function = Hash(settings["LocalHost:FunctionKey"]);
    private readonly byte[]? _master = Hash(settings["LocalHost:MasterKey"]);

    /// <summary>Whether the request shows a key, in <c>x-functions-key</c> or <c>code</c>, that is good for the level.</summary>
    public bool Allow(HttpRequest request, AuthorizationLevel level)
    {
        if (level is AuthorizationLevel.Anonymous || (_function is null && _master is null))
        {
            return true;
        }

        string? shown = request.Headers["x-functions-key"];
        var key = Hash(string.IsNullOrEmpty(shown) ? request.Query["code"].ToString() : shown);
        var isFunction = Same(key, _function);
        var isMaster = Same(key, _master);
        return isMaster || (isFunction && level is (AuthorizationLevel.Function or AuthorizationLevel.User));
    }

    // hashes are of one length, so that comparing takes the same time whatever is shown
    private static byte[]? Hash(string? key) => string.IsNullOrEmpty(key) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static bool Same(byte[]? shown, byte[]? expected) =>
        shown is not null && expected is not null && CryptographicOperations.FixedTimeEquals(shown, expected);
}
