namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>How a blob trigger notices new blobs.</summary>
public enum BlobTriggerSource
{
    /// <summary>By listing the container again and again.</summary>
    LogsAndContainerScan = 0,

    /// <summary>By events pushed from the storage account, which no emulator sends.</summary>
    EventGrid = 1,
}
