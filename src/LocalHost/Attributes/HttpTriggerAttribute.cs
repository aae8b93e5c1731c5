namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Runs the function for a request. The parameter is an <c>HttpRequest</c>; route values go to <c>string</c> parameters of their name.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    /// <summary>Any method, with a function key.</summary>
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function)
    {
    }

    /// <summary>Any method.</summary>
    /// <param name="authLevel">Who may call.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    /// <summary>The given methods, with a function key.</summary>
    /// <param name="methods">HTTP methods, in any case.</param>
    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    /// <summary>The given methods.</summary>
    /// <param name="authLevel">Who may call.</param>
    /// <param name="methods">HTTP methods, in any case.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>Who may call.</summary>
    public AuthorizationLevel AuthLevel { get; }

    /// <summary>HTTP methods; all of them when null or empty.</summary>
    public string[]? Methods { get; }

    /// <summary>The route below the prefix; the function's name when null.</summary>
    public string? Route { get; set; }
}
