using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.Harness;

public sealed class MetricsPageTests
{
    [Fact]
    public void Samples_are_summed_by_name_and_label()
    {
        var page = new MetricsPage("# HELP a_total Text.\n# TYPE a_total counter\na_total{topic=\"x\",reason=\"r 1\"} 3\na_total{topic=\"y\"} 4.5\nb 1e3\n");
        page.Sum("a_total").ShouldBe(7.5m);
        page.Sum("a_total", "topic=\"x\"").ShouldBe(3);
        page.Sum("b").ShouldBe(1000);
        page.Has("a_total").ShouldBeTrue();
        page.Has("c").ShouldBeFalse();
    }
}
