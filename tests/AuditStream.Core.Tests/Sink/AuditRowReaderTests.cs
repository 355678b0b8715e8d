using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Tests.Sink;

public sealed class AuditRowReaderTests
{
    private readonly AuditRowReader reader = new(MadeKey.Key.Fingerprint);

    [Fact]
    public void Every_column_is_read_back_from_the_event()
    {
        var row = Read(Record()).ShouldNotBeNull();
        row.EventId.ToString().ShouldBe("01977308-197b-8b2b-aa62-5fd6a4014cdf");
        row.OccurredAtMilliseconds.ShouldBe(1_749_981_600_123);
        row.Operation.ShouldBe("update");
        row.Source.ShouldBe("shop");
        row.Schema.ShouldBe("public");
        row.Table.ShouldBe("orders");
        row.Key.ShouldBe("{\"id\":\"42\"}");
        row.KeyHash.ShouldBe(SHA256.HashData("{\"id\":\"42\"}"u8));
        row.Changed.ShouldBe(["note", "total"]);
        row.TransactionId.ShouldBe("571");
        row.Actor.ShouldBeNull();
        row.SourcePosition.ShouldBe("0/24023128");
        Convert.ToHexStringLower(row.EventUid).ShouldBe("5b2bea625fd6a4014cdfcf13720e350a8fed37c6e8a1e9b964afd2369e292093");
        row.FactScheme.ShouldBe((short)1);
        row.FactHash.Length.ShouldBe(32);
        row.Shard.ShouldBe(5);
        row.StreamOffset.ShouldBe(77);
        row.Body.ToArray().ShouldBe(Record().Value.GetValueOrDefault().ToArray());
    }

    [Fact]
    public void A_row_owns_its_memory()
    {
        var record = Record();
        var bytes = record.Value.GetValueOrDefault().ToArray();
        var row = Read(With(record, bytes)).ShouldNotBeNull();
        var copy = row.Body.ToArray();
        bytes.AsSpan().Clear();
        row.Body.ToArray().ShouldBe(copy);
    }

    [Fact]
    public void A_database_stands_in_for_a_missing_schema()
        => Read(Record(MadeChange.Table("orders", schema: null))).ShouldNotBeNull().Schema.ShouldBe("shopdb");

    [Fact]
    public void Unknown_changes_and_a_missing_key_are_null()
    {
        var change = MadeChange.Of(ChangeOperation.Update, null, ["\"Ann\"", "42", "null", "\"1\""], key: null);
        var diff = MadeChange.Diff(change);
        diff.Knowledge = Core.Diff.ChangedKnowledge.Unknown;
        var row = Read(Record(diff)).ShouldNotBeNull();
        row.Changed.ShouldBeNull();
        row.Key.ShouldBeNull();
        row.KeyHash.ShouldBeNull();
    }

    [Fact]
    public void Rows_in_a_row_do_not_borrow_from_each_other()
    {
        Read(Record()).ShouldNotBeNull().Changed.ShouldBe(["note", "total"]);
        var other = MadeChange.Of(
            MadeChange.Table("t", schema: null, database: null), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Delete,
            ["\"Ann\"", "42", "null", "\"1\""], null, ["\"7\""]);
        other.Facts.TransactionId = default;
        other.Facts.Position = default;
        var row = Read(Record(MadeChange.Diff(other, "customer"))).ShouldNotBeNull();
        row.Changed.ShouldBe(["customer"]);
        row.Schema.ShouldBeNull();
        row.TransactionId.ShouldBeNull();
        row.SourcePosition.ShouldBeNull();
        Read(Record()).ShouldNotBeNull().Schema.ShouldBe("public");
    }

    [Fact]
    public void An_event_of_another_identity_key_has_a_code_of_its_own()
    {
        var stranger = new AuditRowReader(new IdentityKey(new byte[32]).Fingerprint);
        stranger.Read(Record(), out var rejection).ShouldBeNull();
        rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.ForeignIdentityKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("{\"spec\":\"auditstream/2\"}")]
    [InlineData("{\"spec\":7}")]
    [InlineData("{\"source\":\"shop\",\"spec\":\"auditstream/1\"}")]
    [InlineData("{\"changed\":\"no list\"}")]
    [InlineData("{\"changed\":[1]}")]
    [InlineData("{\"changed\":[null]}")]
    [InlineData("{\"key\":[]}")]
    [InlineData("{\"event_id\":7}")]
    [InlineData("{\"event_id\":\"x\"}")]
    [InlineData("{\"occurred_at\":\"yesterday\"}")]
    [InlineData("{\"transaction\":{\"id\":\"\\ud800\"}}")]
    public void A_body_that_is_no_event_is_refused(string body)
        => Refusal(With(Record(), Encoding.UTF8.GetBytes(body))).ShouldBe(RejectionCode.NotAnEvent);

    [Fact]
    public void A_body_that_breaks_off_anywhere_is_refused()
    {
        var body = Record().Value.GetValueOrDefault();
        for (var length = 0; length < body.Length; length++)
            Refusal(With(Record(), body[..length])).ShouldBe(RejectionCode.NotAnEvent, $"{length} bytes");
        Refusal(With(Record(), (byte[])[.. body.Span, (byte)'{'])).ShouldBe(RejectionCode.NotAnEvent);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(20_251);
        var body = Record().Value.GetValueOrDefault().ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var altered = body.ToArray();
            for (var j = random.Next(1, 4); j > 0; j--)
                altered[random.Next(altered.Length)] = (byte)random.Next(256);
            reader.Read(With(Record(), altered), out var rejection);
            rejection?.Code.ShouldBeOneOf(RejectionCode.NotAnEvent, RejectionCode.ForeignIdentityKey);
        }
    }

    [Theory]
    [InlineData("event_id")]
    [InlineData("occurred_at")]
    [InlineData("operation")]
    [InlineData("source")]
    public void A_required_member_that_is_missing_is_named(string member)
    {
        var body = Encoding.UTF8.GetString(Record().Value.GetValueOrDefault().Span).Replace($"\"{member}\":", "\"other\":", StringComparison.Ordinal);
        reader.Read(With(Record(), Encoding.UTF8.GetBytes(body)), out var rejection).ShouldBeNull();
        rejection.ShouldNotBeNull().Message.ShouldContain(member);
    }

    [Fact]
    public void A_record_without_value_is_refused()
        => Refusal(Record() with { Value = null }).ShouldBe(RejectionCode.NotAnEvent);

    [Theory]
    [InlineData(EventHeaders.EventUid, null)]
    [InlineData(EventHeaders.FactHash, null)]
    [InlineData(EventHeaders.EventUid, "5b2b")]
    [InlineData(EventHeaders.FactHash, "766ffacaefa02a08b3f74ac6e3bdaccafe175d580cd2d4c735712a2407f4586e")]
    [InlineData(EventHeaders.FactHash, "2:766ffacaefa02a08b3f74ac6e3bdaccafe175d580cd2d4c735712a2407f4586e")]
    [InlineData(EventHeaders.FactHash, "1:xx6ffacaefa02a08b3f74ac6e3bdaccafe175d580cd2d4c735712a2407f4586e")]
    public void A_header_that_is_missing_or_broken_is_named(string name, string? value)
    {
        var record = Record();
        RecordHeader[] headers = [.. record.Headers.Where(header => header.Name != name)];
        if (value is not null)
            headers = [.. headers, new RecordHeader(name, Encoding.UTF8.GetBytes(value))];
        reader.Read(record with { Headers = headers }, out var rejection).ShouldBeNull();
        rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.InvalidHeader);
        rejection.Message.ShouldContain(name);
    }

    [Fact]
    public void An_id_that_does_not_belong_to_its_uid_is_refused()
    {
        var record = Record();
        RecordHeader[] headers =
        [
            .. record.Headers.Where(header => header.Name != EventHeaders.EventUid),
            new RecordHeader(EventHeaders.EventUid, Encoding.UTF8.GetBytes(new string('0', 64))),
        ];
        Refusal(record with { Headers = headers }).ShouldBe(RejectionCode.NotAnEvent);
    }

    private AuditRow? Read(in RawRecord record)
    {
        var row = reader.Read(record, out var rejection);
        rejection.ShouldBeNull();
        return row;
    }

    private RejectionCode Refusal(in RawRecord record)
    {
        reader.Read(record, out var rejection).ShouldBeNull();
        return rejection.ShouldNotBeNull().Code;
    }

    private static RawRecord With(RawRecord record, ReadOnlyMemory<byte> value) => record with { Value = value };

    private static RawRecord Record(TableReference? table = null) => Record(MadeChange.Diff(
        MadeChange.Of(
            table ?? MadeChange.Orders, MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update,
            ["\"Ann\"", "42", "\"old\"", "\"1.00\""], ["\"Ann\"", "42", "null", "\"2.00\""], ["\"42\""]),
        "note", "total"));

    private static RawRecord Record(Core.Diff.RowDiff diff)
    {
        new EventIdentity(MadeKey.Key).Stamp(diff.Change);
        var auditEvent = new AuditEvent();
        new Emitter(new EmitSettings(), MadeKey.Key, 1, "0.1.0", "c0ffee")
            .Write(new FieldPolicy(new ProtectSettings(), MadeKey.Key).Apply(diff), auditEvent).ShouldBeNull();
        return new RawRecord
        {
            Topic = "audit.events", Partition = 5, Offset = 77, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
            Key = auditEvent.Key, Value = auditEvent.Value, Headers = auditEvent.Headers,
        };
    }
}
