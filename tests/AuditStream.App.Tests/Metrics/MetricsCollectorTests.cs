using System.Diagnostics.Metrics;
using AuditStream.App.Metrics;

namespace AuditStream.App.Tests.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    // A name of its own per test: collectors of tests that run at the same time hear every meter of the process.
    private readonly Meter meter = new($"AuditStream.Test.{Guid.NewGuid():N}");
    private readonly string name = $"auditstream.t{Guid.NewGuid():N}";
    private readonly MetricsCollector collector = new();

    [Fact]
    public void A_counter_has_help_type_unit_and_total()
    {
        meter.CreateCounter<long>($"{name}.sent", "By", "Bytes sent,\nwith a \\ in it.").Add(3);
        Lines().ShouldBe([$"# HELP {Prefix}_sent_bytes_total Bytes sent,\\nwith a \\\\ in it.", $"# TYPE {Prefix}_sent_bytes_total counter",
            $"{Prefix}_sent_bytes_total 3"]);
    }

    [Fact]
    public void Series_are_told_apart_by_labels_which_are_escaped()
    {
        var counter = meter.CreateCounter<long>(name, "{record}");
        counter.Add(1, new KeyValuePair<string, object?>("topic", "a"), new("reason", "x\"y\\z\n"));
        counter.Add(2, new KeyValuePair<string, object?>("topic", "b"));
        counter.Add(4, new KeyValuePair<string, object?>("topic", "b"));
        Lines().ShouldBe([$"# TYPE {Prefix}_total counter", $"{Prefix}_total{{topic=\"a\",reason=\"x\\\"y\\\\z\\n\"}} 1",
            $"{Prefix}_total{{topic=\"b\"}} 6"]);
        collector.Sum($"{Prefix}_total").ShouldBe(7);
        collector.Sum($"{Prefix}_total", "topic=\"b\"").ShouldBe(6);
        collector.SumsBy($"{Prefix}_total", "topic").ShouldBe([new("a", 1), new("b", 6)]);
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_from_its_advice()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] };
        var histogram = meter.CreateHistogram($"{name}.duration", "s", description: null, tags: null, advice);
        foreach (var value in (double[])[0.05, 0.1, 0.5, 7])
            histogram.Record(value);
        Lines().ShouldBe([$"# TYPE {Prefix}_duration_seconds histogram", $"{Prefix}_duration_seconds_bucket{{le=\"0.1\"}} 2",
            $"{Prefix}_duration_seconds_bucket{{le=\"1\"}} 3", $"{Prefix}_duration_seconds_bucket{{le=\"+Inf\"}} 4",
            $"{Prefix}_duration_seconds_sum 7.65", $"{Prefix}_duration_seconds_count 4"]);
    }

    [Fact]
    public void Observed_and_set_values_are_absolute()
    {
        var level = 5;
        meter.CreateObservableGauge($"{name}.level", () => level);
        meter.CreateObservableCounter($"{name}.seen", () => 40L + level);
        var gauge = meter.CreateGauge<double>($"{name}.set");
        gauge.Record(1.5);
        gauge.Record(2.5);
        meter.CreateUpDownCounter<int>($"{name}.open").Add(-2);
        Lines().Where(line => line[0] != '#').ShouldBe([$"{Prefix}_level 5", $"{Prefix}_open -2", $"{Prefix}_seen_total 45", $"{Prefix}_set 2.5"]);
        level = 6;
        Lines().ShouldContain($"{Prefix}_level 6");
        Lines().ShouldContain($"{Prefix}_seen_total 46");
    }

    [Fact]
    public void A_tag_without_end_of_values_is_bounded()
    {
        var counter = meter.CreateCounter<long>(name);
        for (var i = 0; i < 1_500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        Lines().Length.ShouldBe(1 + 1_000 + 1);
        collector.Sum($"{Prefix}_total", "overflow=\"true\"").ShouldBe(500);
    }

    [Fact]
    public void What_a_gauge_does_not_tell_of_any_more_is_dropped()
    {
        List<Measurement<long>> told = [new(3, new KeyValuePair<string, object?>("topic", "a")), new(4, new KeyValuePair<string, object?>("topic", "b"))];
        meter.CreateObservableGauge(name, () => told);
        Lines().ShouldBe([$"# TYPE {Prefix} gauge", $"{Prefix}{{topic=\"a\"}} 3", $"{Prefix}{{topic=\"b\"}} 4"]);
        told.RemoveAt(0);
        Lines().ShouldBe([$"# TYPE {Prefix} gauge", $"{Prefix}{{topic=\"b\"}} 4"]);
    }

    [Fact]
    public void Two_instruments_of_one_name_are_one_metric()
    {
        using var twin = new Meter(meter.Name);
        meter.CreateCounter<long>(name).Add(1);
        twin.CreateCounter<long>(name).Add(2);
        Lines().ShouldBe([$"# TYPE {Prefix}_total counter", $"{Prefix}_total 3"]);
    }

    [Fact]
    public void Meters_of_others_are_left_out()
    {
        using var stranger = new Meter("Stranger");
        stranger.CreateCounter<long>(name).Add(1);
        Lines().ShouldBeEmpty();
    }

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    private string Prefix => name.Replace('.', '_');

    private string[] Lines()
    {
        using var text = new StringWriter();
        collector.Write(text);
        return [.. text.ToString().Split('\n').Where(line => line.Contains(Prefix, StringComparison.Ordinal))];
    }
}
