using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode;

public sealed class CapturedMessagesTests
{
    /// <summary>The triggers that wrote the truth saw the signal and heartbeat tables, too.</summary>
    private static readonly DecodeSettings EveryTable = new() { Sources = [new SourceSettings { SkippedTables = [] }] };

    [CapturedMessagesFact]
    public void Every_message_of_postgres_without_schema_is_a_change_or_a_skip() => Understand("pg-a-json", changes: 82, skips: 39);

    [CapturedMessagesFact]
    public void Every_message_of_postgres_with_schema_is_a_change_or_a_skip() => Understand("pg-b-json-schema", changes: 32, skips: 6);

    [CapturedMessagesFact]
    public void Every_message_of_mariadb_is_a_change_or_a_skip() => Understand("mariadb-a-json", changes: 71, skips: 24);

    [CapturedMessagesFact]
    public void Every_message_of_postgres_without_envelope_is_a_change_or_a_skip() => Understand("pg-d-unwrap", changes: 51, skips: 3);

    private static void Understand(string capture, int changes, int skips)
    {
        var decoder = new Core.Decode.Decoder(EveryTable);
        var results = CapturedMessages.Read(capture).Select(record => decoder.Decode(record)).ToList();
        results.Where(result => result.Rejection is not null).Select(result => result.Rejection).ShouldBeEmpty();
        (results.Sum(result => result.Changes.Count), results.Count(result => result.Skip != SkipReason.None)).ShouldBe((changes, skips));
    }
}
