using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class SparrowRoutesTests
{
    [Theory]
    [InlineData(SparrowGeneration.G0, "Upload AllTools Gizmos", "")]
    [InlineData(SparrowGeneration.G1, "Upload AllTools Gizmos SystemAllTools SystemGizmos", "Upload AllTools Gizmos SystemAllTools SystemGizmos")]
    [InlineData(SparrowGeneration.G2, "Upload AllTools Gizmos", "")]
    public void A_profile_knows_what_it_has(SparrowGeneration generation, string standard, string concurrent)
    {
        var profile = SparrowProfile.Of(generation);

        Supported(SparrowMode.Standard).ShouldBe(standard);
        Supported(SparrowMode.Concurrent).ShouldBe(concurrent);
        Supported(SparrowMode.Free).ShouldBe("FreeConversation");

        string Supported(SparrowMode mode) =>
            string.Join(' ', Enum.GetValues<SparrowRoute>().Where(route => route != SparrowRoute.Pool && profile.Supports(route, mode)));
    }

    [Fact]
    public void Every_route_has_a_setting_that_replaces_its_path()
    {
        foreach (var mode in Enum.GetValues<SparrowMode>())
        {
            foreach (var route in Enum.GetValues<SparrowRoute>())
            {
                if ((mode == SparrowMode.Free) != (route is SparrowRoute.FreeConversation or SparrowRoute.Pool)) continue;
                var paths = new SparrowPathOptions();
                var setting = typeof(SparrowPathOptions).GetProperty(SparrowRoutes.SettingOf(route, mode)).ShouldNotBeNull($"{route} in {mode}");
                setting.SetValue(paths, "/own");

                new SparrowRoutes(SparrowGeneration.G1, paths).Resolve(route, mode).ShouldBe("/own");
            }
        }
    }
}
