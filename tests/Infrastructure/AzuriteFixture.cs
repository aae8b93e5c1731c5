using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>
/// One Azurite on disk for the whole run, started when the first test asks for an account, on free ports, in a folder that is deleted at the end.
/// Take it as a constructor parameter of the test class.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int AccountLimit = 1000;

    private readonly Lazy<Task<AzuriteProcess>> _azurite = new(StartAsync);
    private int _taken;

    /// <summary>An account that no other test has, empty.</summary>
    public async Task<StorageAccount> NewAccountAsync()
    {
        var azurite = await _azurite.Value;
        var number = Interlocked.Increment(ref _taken);
        if (number >= AccountLimit) throw new InvalidOperationException($"More than {AccountLimit} accounts were asked for: raise {nameof(AccountLimit)}.");
        var account = azurite.Options.Accounts[number];
        return new StorageAccount(account.Name, azurite.Ports.ConnectionString(account));
    }

    /// <summary>The process itself, for tests about it. Its own connection string is that of an account which no test gets.</summary>
    public Task<AzuriteProcess> ProcessAsync() => _azurite.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_azurite.IsValueCreated) return;
        var azurite = await _azurite.Value;
        await azurite.DisposeAsync();
        Directory.Delete(azurite.Options.DataFolder, recursive: true);
    }

    private static async Task<AzuriteProcess> StartAsync()
    {
        var root = RepositoryRoot.Find(AppContext.BaseDirectory) ?? throw new InvalidOperationException("The tests must run inside the repository.");
        var node = await NodeRuntime.FindAsync(CancellationToken.None);
        var script = await new AzuriteInstaller(root, TimeProvider.System).EnsureInstalledAsync(progress: null, CancellationToken.None);
        var options = new AzuriteOptions(Directory.CreateTempSubdirectory("sparrow-tests-").FullName)
        {
            Ports = AzuritePorts.Free,
            Accounts = [.. Enumerable.Range(0, AccountLimit).Select(Account)],
        };
        return await AzuriteProcess.StartAsync(node, script, options, CancellationToken.None);
    }

    private static AzuriteAccount Account(int number)
    {
        var name = $"test{number:000}";
        return new AzuriteAccount(name, Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes(name))));
    }
}
