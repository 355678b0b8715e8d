using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Envelopes;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Envelopes;

public sealed class KplAggregateTests
{
    [Fact]
    public void The_records_of_an_aggregate_are_taken_apart()
    {
        var data = Convert.ToBase64String(Aggregate(Wrapped.Dms(id: 1), Wrapped.Dms("delete", id: 2)));
        var changes = Given.Decode(Broken.Record(Wrapped.Kinesis(data, Wrapped.Base64(Wrapped.Dms(id: 3))))).Changes;
        changes.Select(change => change.Facts.Operation).ShouldBe([ChangeOperation.Insert, ChangeOperation.Delete, ChangeOperation.Insert]);
        changes.Select(change => Text(change.Facts.Part)).ShouldBe(
            [$"0:{Wrapped.Sequence}:0", $"1:{Wrapped.Sequence}:1", $"2:{Wrapped.Sequence}:"]);
    }

    [Fact]
    public void Bytes_are_read_as_the_table_says()
    {
        byte[] body = [0x0A, 0x01, 0x61, 0x1A, 0x06, 0x08, 0x00, 0x1A, 0x02, 0x7B, 0x7D];
        var keys = new List<Range>();
        var records = new List<(int Key, Range Data)>();
        var bytes = Framed(body);
        KplAggregate.TryRead(bytes, keys, records).ShouldBeTrue();
        Encoding.UTF8.GetString(bytes[keys.ShouldHaveSingleItem()]).ShouldBe("a");
        Encoding.UTF8.GetString(bytes[records.ShouldHaveSingleItem().Data]).ShouldBe("{}");
    }

    [Fact]
    public void A_broken_aggregate_is_refused()
    {
        var good = Aggregate(Wrapped.Dms());
        var refused = 0;
        for (var at = 4; at < good.Length; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x11;
            refused += Given.Decode(Broken.Record(Wrapped.Kinesis(Convert.ToBase64String(bad)))).Rejection is null ? 0 : 1;
        }

        refused.ShouldBe(good.Length - 4);
        for (var length = 4; length < good.Length; length++)
            Rejection(Broken.Record(Wrapped.Kinesis(Convert.ToBase64String(good[..length])))).Code.ShouldBe(RejectionCode.InvalidMember);
    }

    [Theory]
    [InlineData("1A04080" + "51A00")] // The key's index has no key.
    [InlineData("0A01611A021A00")] // A record without a key.
    [InlineData("0A01611A020800")] // A record without data.
    [InlineData("0A7F61")] // A length past the end.
    [InlineData("0D00000000")] // A type that the format has not.
    [InlineData("0AFFFFFFFFFF")] // A length past all reason.
    [InlineData("08FFFF031A0408001A00")] // A key that is a number.
    [InlineData("18FFFF03")] // A record that is a number.
    [InlineData("0A01611A06080018FFFF03")] // Data that is a number.
    [InlineData("0A01611A060A01001A0161")] // An index that is text.
    public void What_a_right_checksum_protects_must_be_an_aggregate_too(string body)
    {
        var keys = new List<Range>();
        var records = new List<(int Key, Range Data)>();
        KplAggregate.TryRead(Framed(Convert.FromHexString(body)), keys, records).ShouldBeFalse();
    }

    private static byte[] Aggregate(params string[] values)
    {
        var body = new List<byte> { 0x0A, 0x01, 0x61 };
        foreach (var value in values)
        {
            byte[] record = [0x08, 0x00, 0x1A, .. Number(Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];
            body.AddRange([0x1A, .. Number(record.Length), .. record]);
        }

        return Framed([.. body]);
    }

    private static byte[] Framed(byte[] body)
    {
#pragma warning disable CA5351 // The format's own checksum.
        return [0xF3, 0x89, 0x9A, 0xC2, .. body, .. MD5.HashData(body)];
#pragma warning restore CA5351
    }

    private static byte[] Number(int value) => value < 128 ? [(byte)value] : [(byte)(value | 0x80), (byte)(value >> 7)];
}
