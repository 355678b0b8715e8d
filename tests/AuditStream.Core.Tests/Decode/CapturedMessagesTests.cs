using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode;

public sealed class CapturedMessagesTests
{
    [CapturedMessagesFact]
    public void Every_message_of_postgres_without_schema_is_a_change_or_a_skip() => EveryMessageIsUnderstood("pg-a-json", 121);

    [CapturedMessagesFact]
    public void Every_message_of_postgres_with_schema_is_a_change_or_a_skip() => EveryMessageIsUnderstood("pg-b-json-schema", 38);

    [CapturedMessagesFact]
    public void Every_message_of_mariadb_is_a_change_or_a_skip() => EveryMessageIsUnderstood("mariadb-a-json", 95);

    private static void EveryMessageIsUnderstood(string capture, int count)
    {
        var decoder = new Decoder(new DecodeSettings());
        var records = CapturedMessages.Read(capture);
        records.Count.ShouldBe(count);
        foreach (var record in records)
        {
            var result = decoder.Decode(record);
            result.Rejection.ShouldBeNull($"{record.Topic} {record.Partition} {record.Offset}");
            (result.Changes.Count == 1 ^ result.Skip != SkipReason.None).ShouldBeTrue();
        }
    }
}
