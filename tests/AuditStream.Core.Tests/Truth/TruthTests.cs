using AuditStream.Core.Tests.Decode;

namespace AuditStream.Core.Tests.Truth;

/// <summary>What triggers saw in a database is what the events of its connectors' records say, but for what the wire does not carry.</summary>
public sealed class TruthTests
{
    [CapturedMessagesFact]
    public void Events_of_postgres_without_schema_are_what_was_seen() => Compare("pg-a-json", values: 380);

    [CapturedMessagesFact]
    public void Events_of_postgres_with_schema_are_what_was_seen() => Compare("pg-b-json-schema", values: 293);

    [CapturedMessagesFact]
    public void Events_of_postgres_without_envelope_are_what_was_seen() => Compare("pg-d-unwrap", values: 341);

    [CapturedMessagesFact]
    public void Events_of_postgres_in_avro_are_what_was_seen() => Compare("pg-e-avro", values: 380);

    [CapturedMessagesFact]
    public void Events_of_mariadb_are_what_was_seen() => Compare("mariadb-a-json", values: 180);

    [CapturedMessagesFact]
    public void Each_reason_is_needed_wherever_it_is_given()
    {
        var needed = TruthComparison.Captures.SelectMany(capture => TruthComparison.Of(capture).Needed).ToList();
        var stale = from limit in WireLimits.Table
                    from place in limit.Where
                    let alone = limit with { Where = [place] }
                    where !needed.Exists(entry => ReferenceEquals(entry.Limit, limit) && alone.HoldsAt(entry.Place))
                    select $"{limit} at {place}";
        stale.ShouldBeEmpty();
    }

    private static void Compare(string capture, int values)
    {
        var comparison = TruthComparison.Of(capture);
        comparison.Problems.ShouldBeEmpty();
        comparison.Values.ShouldBe(values);
    }
}
