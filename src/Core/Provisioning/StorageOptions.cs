using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Provisioning;

/// <summary>The settings under <c>AzureWebJobsStorage</c>: a connection string, or the account's addresses and an identity, as the platform itself reads them.</summary>
public sealed record StorageOptions
{
    /// <summary>The setting's name.</summary>
    public const string Section = "AzureWebJobsStorage";

    /// <summary>A connection string; null when an identity is used.</summary>
    public string? ConnectionString { get; private init; }

    /// <summary>The blob service's address.</summary>
    public Uri? BlobServiceUri { get; private init; }

    /// <summary>The queue service's address.</summary>
    public Uri? QueueServiceUri { get; private init; }

    /// <summary>The table service's address.</summary>
    public Uri? TableServiceUri { get; private init; }

    /// <summary>The client id of a user-assigned identity; null for the machine's own or the developer's.</summary>
    public string? ClientId { get; private init; }

    /// <summary>Whether only a managed identity may be used (<c>__credential=managedidentity</c>).</summary>
    public bool ManagedIdentity { get; private init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">They name no account, or are no addresses; the message says which setting and what to give.</exception>
    public static StorageOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section.Value is { Length: > 0 } connectionString)
            return IsConnectionString(connectionString) ? new StorageOptions { ConnectionString = connectionString } : throw Wrong(
                $"{Section} is not a storage connection string. Give UseDevelopmentStorage=true for Azurite, or the account's own (DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…).");

        return new StorageOptions
        {
            BlobServiceUri = ServiceUri(section, "blob"),
            QueueServiceUri = ServiceUri(section, "queue"),
            TableServiceUri = ServiceUri(section, "table"),
            ClientId = section["clientId"] is { Length: > 0 } id ? id : null,
            ManagedIdentity = string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase),
        };
    }

    private static Uri ServiceUri(IConfigurationSection section, string service)
    {
        var setting = $"{Section}__{service}ServiceUri";
        if (section[$"{service}ServiceUri"] is { Length: > 0 } text)
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw Wrong($"{setting} is not an address. Give it as https://ACCOUNT.{service}.core.windows.net.");
        if (section["accountName"] is { Length: > 0 } account)
            return new Uri($"https://{account}.{service}.core.windows.net");
        throw Wrong(
            $"{Section} is not set. Give it a connection string (UseDevelopmentStorage=true for Azurite), or set {Section}__accountName, or {setting} and its two siblings.");
    }

    // What is wrong with it is not repeated: the text may hold a key
    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new QueueServiceClient(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static OptionsValidationException Wrong(string problem) => new(Options.DefaultName, typeof(StorageOptions), [problem]);
}
