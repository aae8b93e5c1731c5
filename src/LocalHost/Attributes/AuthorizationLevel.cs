namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Everybody.</summary>
    Anonymous = 0,

    /// <summary>Not used by the platform any more; treated like <see cref="Function"/>.</summary>
    User = 1,

    /// <summary>Who has a function key.</summary>
    Function = 2,

    /// <summary>Extensions of the platform; treated like <see cref="Admin"/>.</summary>
    System = 3,

    /// <summary>Who has the master key.</summary>
    Admin = 4,
}
