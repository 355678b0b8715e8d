using System.Diagnostics.Metrics;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class StoreMetricsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Every_outcome_has_its_tag()
    {
        await using var store = new TestStore(database.Writer);
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == store.Meters)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(seen, instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(seen, instrument, 1, tags));
        listener.Start();

        _ = await store.Store.WriteAsync(Rows.Batch(1, 5), None);
        var mixed = Rows.Batch(Rows.Row(1), Rows.Row(2), Rows.Row(3) with { FactScheme = 2 }, Rows.Row(4) with { FactHash = Rows.Hash("other") },
            Rows.Row(5, body: "nonsense") with { EventId = Guid.NewGuid() }, Rows.Row(6), Rows.Row(7), Rows.Row(8));
        mixed.DeadLetters.Add(Rows.DeadLetter(1));
        _ = await store.Store.WriteAsync(mixed, None);
        await database.ExecuteAsync("REVOKE INSERT ON audit.event FROM audit_writer");
        _ = await Should.ThrowAsync<Core.Sink.StoreException>(() => store.Store.WriteAsync(Rows.Batch(9, 1), None));
        await database.ExecuteAsync("GRANT INSERT ON audit.event TO audit_writer");
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} CONNECTION LIMIT 0; "
            + $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}'");
        _ = await Should.ThrowAsync<Core.Sink.StoreException>(() => store.Store.WriteAsync(Rows.Batch(9, 1), None));

        seen.ShouldBe(new Dictionary<string, double>
        {
            ["auditstream.store.rows outcome=inserted"] = 8,
            ["auditstream.store.rows outcome=duplicate"] = 2,
            ["auditstream.store.rows outcome=restated"] = 1,
            ["auditstream.store.rows outcome=divergence"] = 1,
            ["auditstream.store.rows outcome=refused"] = 1,
            ["auditstream.store.dead_letters"] = 2,
            ["auditstream.store.batch.duration"] = 2,
            ["auditstream.store.errors class=systemic"] = 1,
            ["auditstream.store.errors class=transient"] = 1,
        }, ignoreOrder: true);
    }

    private static void Add(Dictionary<string, double> seen, Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var (tag, tagValue) in tags)
            name += $" {tag}={tagValue}";
        seen[name] = seen.GetValueOrDefault(name) + value;
    }
}
