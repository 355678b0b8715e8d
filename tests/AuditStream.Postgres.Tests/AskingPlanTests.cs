using System.Text.RegularExpressions;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

/// <summary>The documented questions on 200,000 events of four months with statistics: each reads the partitions it names by an index.</summary>
[Collection(PostgresServer.Collection)]
public sealed partial class AskingPlanTests(AskingPlanTests.Filled database) : IClassFixture<AskingPlanTests.Filled>
{
    // How many partitions a question may read, and the column that its index is asked by.
    private static readonly (string Question, int Partitions, string Column)[] questions =
    [
        ("""SELECT * FROM audit.history('shop', 'public', 'orders', '{"id":"77"}')""", 4, "key_hash"),
        ("""SELECT * FROM audit.history('shop', 'public', 'orders', '{"id":"77"}', '2026-02-01Z', '2026-03-01Z')""", 1, "key_hash"),
        ("""SELECT * FROM audit.row_at('shop', 'public', 'orders', '{"id":"77"}', '2026-01-15Z')""", 1, "key_hash"),
        ("""SELECT * FROM audit.changes_of('amount', '2026-02-03Z', '2026-02-04Z', 'shop', 'public', 'orders')""", 1, "occurred_at"),
        ("""SELECT * FROM audit.changes_of('amount', '2026-02-01Z', '2026-03-01Z', 'shop', 'public', 'orders', '{"id":"77"}')""", 1, "key_hash"),
        ("""SELECT * FROM audit.transaction('shop', 'tx-777')""", 4, "transaction_id"),
        ("""SELECT * FROM audit.transaction('shop', 'tx-777', '2026-03-01Z', '2026-04-01Z')""", 1, "transaction_id"),
        ("""SELECT * FROM audit.actor_activity('user7', '2026-02-01Z', '2026-03-01Z')""", 1, "actor"),
        ("""SELECT count(*) FROM audit.event WHERE occurred_at >= '2026-02-03Z' AND occurred_at < '2026-02-03T01:00Z'""", 1, "occurred_at"),
        ("""SELECT * FROM audit.event WHERE event_id = '00000000-0000-8000-8000-000000000001' AND occurred_at = '2026-02-03Z'""", 1, "event_id"),
    ];

    [PostgresFact]
    public async Task A_question_reads_the_partitions_it_names_by_an_index()
    {
        foreach (var (question, partitions, column) in questions)
        {
            var plans = string.Join('\n', await database.Server.ExplainAsync(database.Name, question));
            var read = PartitionName().Matches(plans).Select(match => match.Groups[1].Value).Distinct().Count();
            read.ShouldBeInRange(1, partitions, $"{question}\n{plans}");
            plans.ShouldNotContain("Seq Scan on event_");
            plans.ShouldMatch($"Index Cond: .*{column}", $"{question}\n{plans}");
        }
    }

    [PostgresFact]
    public async Task Tables_are_found_by_jumps()
    {
        var plans = string.Join('\n', await database.Server.ExplainAsync(database.Name, "SELECT * FROM audit.tables()"));
        plans.ShouldNotContain("Seq Scan on event_");
        plans.ShouldContain("Limit");
    }

    [GeneratedRegex(@" on (event_2026\d{4})\b")]
    private static partial Regex PartitionName();

    /// <summary>A database with 200,000 events.</summary>
    public sealed class Filled(PostgresServer server) : IAsyncLifetime
    {
        private readonly AuditDatabase database = new(server);

        public PostgresServer Server => server;

        public string Name => database.Name;

        public async Task InitializeAsync()
        {
            await database.InitializeAsync();
            if (Name.Length == 0)
                return;
            await database.ExecuteAsync("""
                SELECT audit.ensure_partition(i) FROM generate_series('2026-01-01Z'::timestamptz, '2026-04-01Z', interval '1 month') i;
                INSERT INTO audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, schema_name, table_name, key,
                  key_hash, changed, transaction_id, actor, source_position, fact_hash, event_uid, body)
                SELECT '2026-01-01Z'::timestamptz + n * interval '51 seconds', n, 1 + n / 1000, gen_random_uuid(), n % 4, 1, 'update', 'shop', 'public',
                  (ARRAY['orders', 'customers', 'items'])[1 + n % 3], k.key, sha256(convert_to(k.key, 'UTF8')),
                  CASE WHEN n % 100 = 0 THEN '{amount}'::text[] ELSE '{state}' END, 'tx-' || n / 5,
                  CASE WHEN n % 10 = 0 THEN 'user' || n / 10 % 50 END, n::text, sha256('f'), sha256('u'), '{"source":{"incarnation":1}}'
                FROM generate_series(1, 200000) n CROSS JOIN LATERAL (SELECT format('{"id":"%s"}', n % 5000) AS key) k;
                ANALYZE audit.event;
                """);
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
