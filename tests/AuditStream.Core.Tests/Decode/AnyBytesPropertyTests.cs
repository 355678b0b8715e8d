using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Properties;
using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Whatever bytes arrive, in value, key or header, a record has one outcome and nothing is thrown.</summary>
public sealed class AnyBytesPropertyTests
{
    private static readonly string[] Words =
    [
        "{", "}", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "null", "true", "0", "-1", "1e9", " ", "\0", "\u0001", "\ud83d\ude00", "\"\"", "{}", "[]",
        "\"op\":\"u\"", "\"op\":\"d\"", "\"before\":{\"id\":1}", "\"after\":{\"id\":1}", "\"after\":null", "\"source\":{\"connector\":\"mysql\",\"name\":\"p\",\"table\":\"t\"}",
        "\"schema\":{\"type\":\"struct\",\"fields\":[]}", "\"payload\":", "\"data\":{\"id\":1}", "\"metadata\":{\"record-type\":\"data\",\"operation\":\"load\"}",
        "\"type\":\"UPDATE\"", "\"type\":\"insert\"", "\"database\":\"d\"", "\"table\":\"t\"", "\"ts\":1", "\"isDdl\":false", "\"change\":[", "\"kind\":\"insert\"",
        "\"action\":\"I\"", "\"columns\":[", "\"op_type\":\"I\"", "\"op_ts\":\"2020-05-13 17:32:10\"", "\"pos\":\"1\"", "\"record\":{\"id\":1}", "\"old_record\":null",
        "\"eventSource\":\"aws:dynamodb\"", "\"dynamodb\":{\"Keys\":{\"Id\":{\"N\":\"1\"}}}", "\"eventName\":\"MODIFY\"", "\"Records\":[", "\"kinesis\":{\"data\":\"e30=\"}",
        "\"status\":\"BEGIN\"", "\"id\":\"1\"", "\"specversion\":\"1.0\"", "\"iodebeziumop\":\"c\"", "\"__op\":\"u\"", "\"__deleted\":\"true\"",
    ];

    private static readonly Gen<byte> OneByte = Gen.Frequency(
        (4, Gen.Choose(0, 255).Select(value => (byte)value)),
        (1, Gen.Elements<byte>(0x00, 0x01, 0x02, 0x03, 0x05, 0x80, 0xFF, 0xC2, 0xED, 0xF3)));

    private static readonly Gen<byte[]> Bytes = from count in Gen.Choose(0, 48) from bytes in Gen.ArrayOf(OneByte, count) select bytes;

    private static readonly Gen<byte[]> Text =
        from count in Gen.Choose(1, 14) from words in Gen.ArrayOf(Gen.Elements(Words), count) select Encoding.UTF8.GetBytes(string.Concat(words));

    [Fact]
    public void Any_bytes_have_one_outcome() => Check(Bytes, count: 3_000);

    [Fact]
    public void Any_words_of_the_dialects_have_one_outcome() => Check(Text, count: 3_000);

    [Fact]
    public void Any_members_of_the_dialects_in_an_object_have_one_outcome() => Check(
        from count in Gen.Choose(1, 7)
        from words in Gen.ArrayOf(Gen.Elements(Array.FindAll(Words, word => word.Length > 2 && word[0] == '"' && word[^1] is not (':' or '['))), count)
        select Encoding.UTF8.GetBytes($"{{{string.Join(',', words)}}}"),
        count: 3_000);

    private static void Check(Gen<byte[]> bytes, int count)
    {
        var normalizer = MadeEvent.Normalizer(WrittenRows.Source);
        var output = new Normalize.CollectingOutput();
        var cases = from value in bytes from key in bytes from place in Gen.Choose(0, 3) select (Value: value, Key: key, Place: place);
        Forall.Of(
            cases.Select(one => new AnyRecord(one.Value, one.Place == 0 ? one.Key : null, one.Place == 1 ? one.Key : null)), AnyRecord.Shrink, count,
            one =>
            {
                output.Values.Clear();
                var outcome = normalizer.Process(one.Record, output);
                output.Values.Count.ShouldBe(outcome.Events);
                (outcome.Kind == OutcomeKind.Emitted).ShouldBe(outcome.Events > 0);
                (outcome.Kind == OutcomeKind.Skipped).ShouldBe(outcome.Skip != SkipReason.None);
                (outcome.Kind == OutcomeKind.Rejected).ShouldBe(outcome.Rejection is not null);
                outcome.Rejection?.ByteOffset.ShouldBeInRange(-1, one.Value.Length);
            });
    }

    /// <summary>A record of any bytes.</summary>
    private sealed record AnyRecord(byte[] Value, byte[]? Key, byte[]? Header)
    {
        public RawRecord Record => new()
        {
            Topic = "p.s.t", Partition = 0, Offset = 1, TimestampMilliseconds = 5, Value = Value, Key = Key is null ? null : (ReadOnlyMemory<byte>?)Key,
            Headers = Header is null ? [] : [new RecordHeader("__debezium.newkey", Header), new RecordHeader("apicurio.value.globalId", Header)],
        };

        public static IEnumerable<AnyRecord> Shrink(AnyRecord record)
        {
            if (record.Key is not null || record.Header is not null)
                yield return record with { Key = null, Header = null };
            foreach (var shorter in Forall.Shorter(record.Value))
                yield return record with { Value = shorter };
        }

        public override string ToString() => $"value {Show(Value)} key {Show(Key)} header {Show(Header)}";

        private static string Show(byte[]? bytes) => bytes is null ? "none" : $"{Convert.ToHexString(bytes)} ({Encoding.UTF8.GetString(bytes)})";
    }
}
