using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>Events that raw records give, held against a store: what is the same, what is explained, and what is wrong.</summary>
[Collection(PostgresServer.Collection)]
public sealed class SourceComparisonTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string Topic = "shop.public.orders";

    [PostgresFact]
    public async Task What_is_stored_is_the_same_and_what_is_not_is_named()
    {
        await WriteAsync(Rows.Batch(Event(1), Event(2)));
        var report = await CompareAsync(isUndecided: false, [Derived(1), Derived(2), Derived(3)]);
        (report.Events, report.Same, report.Pending, report.DamageCount).ShouldBe((3, 2, 0, 1));
        var damage = report.Damages.ShouldHaveSingleItem();
        (damage.Kind, damage.EventId).ShouldBe((DamageKind.SourceDisagrees, ChainEvents.Row(3, Shard).EventId));
        damage.Detail.ShouldBe("Record shop.public.orders[0]@3 gives it, and neither it nor a dead letter of it is in the store.");
        report = await CompareAsync(isUndecided: true, [Derived(1), Derived(3)]);
        (report.Undecided, report.Pending, report.DamageCount).ShouldBe((1, 0, 0));
        report = await CompareAsync(isUndecided: false, [Derived(3), Derived(4)], onTheirWay: Derived(4).EventId);
        (report.Undecided, report.Pending, report.DamageCount).ShouldBe((0, 1, 1));
    }

    [PostgresFact]
    public async Task Other_facts_are_wrong_unless_the_store_knows_of_them()
    {
        await WriteAsync(Rows.Batch(Event(11)));
        var other = Derived(11) with { FactHash = Rows.Hash("other facts") };
        var report = await CompareAsync(isUndecided: true, [other]);
        report.Damages.ShouldHaveSingleItem().Detail.ShouldContain("it is stored with other facts");
        await WriteAsync(Rows.Batch(Event(11) with { FactHash = other.FactHash, StreamOffset = 5_000 }), divergences: 1);
        report = await CompareAsync(isUndecided: false, [Derived(11), other]);
        (report.Same, report.Divergent, report.DamageCount).ShouldBe((1, 1, 0));
        report = await CompareAsync(isUndecided: false, [other with { FactScheme = 2 }]);
        (report.Restated, report.DamageCount).ShouldBe((1, 0));
    }

    [PostgresFact]
    public async Task Dead_letters_explain_what_is_not_there()
    {
        var batch = Rows.Batch();
        batch.DeadLetters.Add(Rows.DeadLetter(offset: 21) with { Topic = Topic, Partition = 0, Shard = -1 });
        var uid = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Derived(22).EventUid)));
        batch.DeadLetters.Add(Rows.DeadLetter(offset: 7, stage: "store") with { HeadersJson = $$"""[["\u0000",null],["auditstream-event-uid","{{uid}}"]]""", Shard = -1 });
        await WriteAsync(batch, deadLetters: 2);
        var report = await CompareAsync(isUndecided: false, [Derived(21), Derived(22), Derived(23)]);
        (report.DeadLetters, report.DamageCount).ShouldBe((2, 1));
        report.Damages[0].EventId.ShouldBe(Derived(23).EventId);
    }

    [PostgresFact]
    public async Task The_readers_login_is_enough_and_the_key_is_told()
    {
        await using var comparison = new SourceComparison(database.Reader);
        (await comparison.FingerprintAsync(CancellationToken.None)).ShouldBe(AuditDatabase.Fingerprint);
        await using var away = new SourceComparison(new PostgresOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Database=d" });
        (await Should.ThrowAsync<StoreException>(() => away.FingerprintAsync(CancellationToken.None))).ErrorClass.ShouldBe(StoreErrorClass.Transient);
    }

    private const int Shard = 7;

    private static AuditRow Event(long number) => ChainEvents.Row(number, Shard);

    private static DerivedEvent Derived(long number)
    {
        var row = Event(number);
        return new DerivedEvent(row.EventId, row.OccurredAtMilliseconds, row.EventUid, row.FactScheme, row.FactHash, Topic, Partition: 0, number);
    }

    private async Task<SourceReport> CompareAsync(bool isUndecided, IReadOnlyList<DerivedEvent> events, params IEnumerable<Guid> onTheirWay)
    {
        await using var comparison = new SourceComparison(database.Reader);
        await comparison.CompareAsync(events, CancellationToken.None);
        return await comparison.FinishAsync(onTheirWay.ToHashSet(), isUndecided, CancellationToken.None);
    }

    private async Task WriteAsync(StoreBatch batch, int divergences = 0, int deadLetters = 0)
    {
        await using var store = new TestStore(database.Writer);
        var result = await store.Store.WriteAsync(batch, CancellationToken.None);
        (result.Inserted, result.Divergences, result.DeadLetters).ShouldBe((batch.Events.Count - divergences, divergences, deadLetters));
    }
}
