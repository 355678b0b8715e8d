using AuditStream.Core.Decode;
using AuditStream.Core.Identity;

namespace AuditStream.Core.Tests.Identity;

public sealed class EventIdentityTests
{
    private readonly EventIdentity identity = new(MadeKey.Key);

    // The expected values of this class were computed with Python's hmac and struct from the layouts that EventIdentity documents.
    [Fact]
    public void Event_uid_is_the_keyed_hash_of_the_coordinate()
        => Hex(Stamped().Facts.EventUid).ShouldBe("5b2bea625fd6a4014cdfcf13720e350a8fed37c6e8a1e9b964afd2369e292093");

    [Fact]
    public void Event_id_has_the_time_first_then_74_bits_of_the_uid()
        => EventIdentity.IdOf(MadeChange.Time / 1_000, Stamped().Facts.EventUid).ToString().ShouldBe("01977308-197b-8b2b-aa62-5fd6a4014cdf");

    [Fact]
    public void Fact_hash_takes_in_coordinate_operation_commit_time_and_images()
        => Hex(Stamped().Facts.FactHash).ShouldBe("766ffacaefa02a08b3f74ac6e3bdaccafe175d580cd2d4c735712a2407f4586e");

    [Fact]
    public void Fact_hash_leaves_out_a_time_that_is_not_the_commit_time()
        => Hex(Stamped(change =>
        {
            change.Facts.OccurredFrom = OccurredFrom.Capture;
            change.DeliveredBefore = "{\"id\":42,\"a\":1}"u8.ToArray();
        }).Facts.FactHash).ShouldBe("1ff08b605ecd84f2522dd23a66aa7ea30211ea56435cc4b56232bb8271cff01b");

    public static TheoryData<string, Action<RowChange>> Facts => new()
    {
        { "coordinate", change => change.Coordinate = "another"u8.ToArray() },
        { "operation", change => change.Facts.Operation = ChangeOperation.Delete },
        { "commit time", change => change.Facts.OccurredAtMicroseconds++ },
        { "before", change => change.DeliveredBefore = "{}"u8.ToArray() },
        { "after", change => change.DeliveredAfter = default },
        { "images changed places", change => (change.DeliveredBefore, change.DeliveredAfter) = (change.DeliveredAfter, change.DeliveredBefore) },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void Every_fact_changes_the_fact_hash(string fact, Action<RowChange> alter)
        => Hex(Stamped(alter).Facts.FactHash).ShouldNotBe(Hex(Stamped().Facts.FactHash), fact);

    public static TheoryData<string, Action<RowChange>> NoFacts => new()
    {
        { "topic", change => change.Facts.Topic = "renamed" },
        { "partition", change => change.Facts.Partition = 7 },
        { "offset", change => change.Facts.Offset = 99_999 },
        { "record time", change => change.Facts.TimestampMilliseconds = 1 },
        { "typed values", change => change.After.Values[1] = Value.Null },
        { "configured key", change => MadeChange.Fill(change, change.Key, MadeChange.OrderKey, ["\"43\""]) },
    };

    [Theory]
    [MemberData(nameof(NoFacts))]
    public void What_a_redelivery_or_a_setting_changes_is_in_neither_hash(string what, Action<RowChange> alter)
    {
        Hex(Stamped(alter).Facts.FactHash).ShouldBe(Hex(Stamped().Facts.FactHash), what);
        Hex(Stamped(alter).Facts.EventUid).ShouldBe(Hex(Stamped().Facts.EventUid), what);
    }

    [Fact]
    public void Another_key_gives_other_hashes()
    {
        var change = Stamped();
        var (uid, hash) = (Hex(change.Facts.EventUid), Hex(change.Facts.FactHash));
        new EventIdentity(new IdentityKey(new byte[32])).Stamp(change);
        Hex(change.Facts.EventUid).ShouldNotBe(uid);
        Hex(change.Facts.FactHash).ShouldNotBe(hash);
    }

    [Fact]
    public void Stamping_allocates_nothing()
    {
        var change = Stamped();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            identity.Stamp(change);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    private RowChange Stamped(Action<RowChange>? alter = null)
    {
        var change = MadeChange.Of(ChangeOperation.Update, before: null, after: ["\"Ann\"", "42", "null", "\"1.00\""], key: ["\"42\""]);
        change.DeliveredAfter = "{\"id\":42}"u8.ToArray();
        alter?.Invoke(change);
        identity.Stamp(change);
        return change;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
