using Microsoft.Extensions.Configuration;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class DevelopmentPlanTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Theory]
    [InlineData(null)]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("usedevelopmentstorage=true;")]
    public void Everything_is_started_on_the_documented_ports(string? storage)
    {
        var plan = Make(new(), Settings(("AzureWebJobsStorage", storage)));

        plan.StartAzurite.ShouldBeTrue();
        plan.StartEmulator.ShouldBeTrue();
        plan.Ports.ShouldBe(new DevelopmentPorts(7071, 7072, new AzuritePorts(10000, 10001, 10002)));
        plan.DataFolder.ShouldBe(Path.Combine(_root.Path, ".azurite"));
        plan.Remarks.ShouldBeEmpty();
    }

    [Fact]
    public void Options_name_running_services_and_start_none()
    {
        var options = new DevelopmentOptions { Storage = "UseDevelopmentStorage=true", Sparrow = new Uri("http://localhost:9999") };

        var plan = Make(options, Settings(), 10000, 7072);

        plan.StartAzurite.ShouldBeFalse();
        plan.StartEmulator.ShouldBeFalse();
        var overrides = DevelopmentPlan.Overrides(options);
        overrides["AzureWebJobsStorage"].ShouldBe("UseDevelopmentStorage=true");
        overrides["Sparrow:BaseUrl"].ShouldBe("http://localhost:9999/");
        overrides["Sparrow:FreeBaseUrl"].ShouldBe("http://localhost:9999/");
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter2")]
    [InlineData("AzureWebJobsStorage:accountName", "contoso")]
    public void An_account_of_the_settings_is_used_and_said_without_its_secret(string key, string value)
    {
        var plan = Make(new(), Settings((key, value)));

        plan.StartAzurite.ShouldBeFalse();
        plan.Remarks.ShouldHaveSingleItem().ShouldContain("AzureWebJobsStorage");
        plan.Remarks[0].ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_Sparrow_of_the_settings_is_used_by_a_plain_run_but_never_by_the_demo()
    {
        var settings = Settings(("Sparrow:BaseUrl", "https://beta.gpt4api.plus"));

        Make(new(), settings).StartEmulator.ShouldBeFalse();
        Make(new() { Demo = true }, settings).StartEmulator.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_sample_copied_as_it_is_runs_with_Azurite_and_the_emulator(bool demo)
    {
        File.Copy(Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "local.settings.sample.json"), Path.Combine(_root.Path, LocalSettingsFile.Name));
        var settings = LocalSettings.Build(LocalSettingsFile.Read(_root.Path), new Dictionary<string, string?>(), demo);

        var plan = Make(new() { Demo = demo }, settings);

        (plan.StartAzurite, plan.StartEmulator).ShouldBe((true, true));
        string.Concat(plan.Remarks).ShouldBe(demo ? "" : "Sparrow__ApiKey is still the sample's; the emulator stands in for https://beta.gpt4api.plus until you set your key.");
    }

    [Theory]
    [InlineData(7071, "the app", "--port")]
    [InlineData(7072, "emulator", "--sparrow http://localhost:7072")]
    [InlineData(10001, "Azurite", "--storage UseDevelopmentStorage=true")]
    public void A_taken_port_stops_a_plain_run_with_the_way_out(int taken, string who, string wayOut)
    {
        var problem = Should.Throw<SetupException>(() => Make(new(), Settings(), taken));

        problem.Message.ShouldContain($"Port {taken}");
        problem.Message.ShouldContain(who);
        problem.Message.ShouldContain(wayOut);
    }

    [Fact]
    public void The_demo_moves_to_free_ports_and_says_so()
    {
        var plan = Make(new() { Demo = true }, Settings(), 7071, 7072, 10002);

        plan.Ports.App.ShouldNotBe(7071);
        plan.Ports.Emulator.ShouldNotBe(7072);
        plan.Ports.Azurite.ShouldBe(AzuritePorts.Free);
        plan.DataFolder.ShouldBeNull();
        plan.Remarks.Count.ShouldBe(3);
        plan.Remarks.ShouldAllBe(remark => remark.Contains("in use"));
    }

    [Fact]
    public void The_demo_leaves_a_data_folder_alone_that_another_uses()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.Path, ".azurite")).FullName;
        using var other = FolderLock.TryTake(folder, AzuriteProcess.LockName);

        Make(new() { Demo = true }, Settings()).DataFolder.ShouldBeNull();
    }

    [Fact]
    public void A_port_that_was_asked_for_is_never_exchanged() =>
        Should.Throw<SetupException>(() => Make(new() { Demo = true, Port = 8080 }, Settings(), 8080)).Message.ShouldContain("8080");

    public void Dispose() => _root.Dispose();

    private static IConfiguration Settings(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(each => each.Key, each => each.Value)).Build();

    private DevelopmentPlan Make(DevelopmentOptions options, IConfiguration settings, params int[] taken) =>
        DevelopmentPlan.Make(options, settings, _root.Path, port => !taken.Contains(port));
}
