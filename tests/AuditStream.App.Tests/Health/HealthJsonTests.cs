using System.Text;
using AuditStream.App.Health;

namespace AuditStream.App.Tests.Health;

public sealed class HealthJsonTests
{
    [Fact]
    public void Nothing_reported_is_not_ready() => Json(new Readiness()).ShouldBe("""{"status":"not-ready","checks":[]}""");

    [Fact]
    public void Parts_stand_in_order_with_their_reasons()
    {
        var readiness = new Readiness();
        readiness.SetReady("sink");
        readiness.SetNotReady("kafka", "waits for \"b:9092\"");
        readiness.IsReady.ShouldBeFalse();
        Json(readiness).ShouldBe(
            """{"status":"not-ready","checks":[{"name":"kafka","ready":false,"reason":"waits for \u0022b:9092\u0022"},{"name":"sink","ready":true}]}""");
    }

    [Fact]
    public void Ready_when_every_part_is()
    {
        var readiness = new Readiness();
        readiness.SetNotReady("sink", "starting");
        readiness.SetReady("sink");
        readiness.IsReady.ShouldBeTrue();
        Json(readiness).ShouldBe("""{"status":"ready","checks":[{"name":"sink","ready":true}]}""");
    }

    private static string Json(Readiness readiness) => Encoding.UTF8.GetString(HealthJson.Write(readiness));
}
