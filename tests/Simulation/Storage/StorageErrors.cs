using Azure;

namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>What the SDK throws, with the service's status and code.</summary>
internal static class StorageErrors
{
    public static RequestFailedException Of(int status, string code) => new(status, $"{status} {code}", code, null);

    public static RequestFailedException EntityExists() => Of(409, "EntityAlreadyExists");

    public static RequestFailedException EntityMissing() => Of(404, "ResourceNotFound");

    public static RequestFailedException EntityChanged() => Of(412, "UpdateConditionNotSatisfied");

    public static RequestFailedException MessageMissing() => Of(404, "MessageNotFound");

    public static RequestFailedException PopReceiptMismatch() => Of(400, "PopReceiptMismatch");

    public static RequestFailedException BlobMissing() => Of(404, "BlobNotFound");

    public static RequestFailedException BlobExists() => Of(409, "BlobAlreadyExists");

    public static RequestFailedException BlobChanged() => Of(412, "ConditionNotMet");
}
