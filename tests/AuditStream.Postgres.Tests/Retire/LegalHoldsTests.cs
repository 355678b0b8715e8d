using AuditStream.Postgres.Retire;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Retire;

[Collection(PostgresServer.Collection)]
public sealed class LegalHoldsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_hold_is_placed_once_and_released_once_and_both_stay()
    {
        await using var owner = new LegalHolds(new PostgresOptions { ConnectionString = database.Server.Server.ConnectionString(database.Name) });
        await using var reader = new LegalHolds(database.Reader);
        var from = new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero);
        (await owner.AddAsync("a", from, from.AddDays(1), "why", "ann", None)).ShouldBeTrue();
        (await owner.AddAsync("b", null, null, "why", "ann", None)).ShouldBeTrue();
        (await owner.AddAsync("a", null, null, "again", "bob", None)).ShouldBeFalse();
        (await owner.ReleaseAsync("a", "over", "bob", None)).ShouldBeTrue();
        (await owner.ReleaseAsync("a", "over", "bob", None)).ShouldBeFalse();
        (await owner.ReleaseAsync("c", "over", "bob", None)).ShouldBeFalse();
        (await owner.AddAsync("a", null, null, "again", "bob", None)).ShouldBeFalse();
        var listed = (await reader.ListAsync(None)).Select(hold =>
            (hold.Name, hold.From, hold.To, hold.Reason, hold.PlacedBy, hold.Release?.By, hold.Release?.Reason));
        listed.ShouldBe([("b", null, null, "why", "ann", null, null), ("a", from, from.AddDays(1), "why", "ann", "bob", "over")]);
        // Nobody takes one back.
        foreach (var table in new[] { "legal_hold", "legal_hold_release", "tombstone", "tombstone_part", "tombstone_ledger" })
        {
            foreach (var sql in new[] { $"DELETE FROM audit.{table}", $"TRUNCATE audit.{table}" })
            {
                (await AuditDatabase.RefusalAsync(database.ReaderConnectionString, sql)).ShouldBe("42501", sql);
                (await AuditDatabase.RefusalAsync(database.WriterConnectionString, sql)).ShouldBe("42501", sql);
            }
            (await AuditDatabase.RefusalAsync(database.Server.Server.ConnectionString(database.Name), $"TRUNCATE audit.{table}")).ShouldBe("AU010");
        }
        (await AuditDatabase.RefusalAsync(database.Server.Server.ConnectionString(database.Name), "DELETE FROM audit.legal_hold_release")).ShouldBe("AU010");
        (await AuditDatabase.RefusalAsync(database.WriterConnectionString, "INSERT INTO audit.legal_hold_release VALUES ('b', 'r', 'me')")).ShouldBe("42501");
    }

    [PostgresFact]
    public async Task A_hold_needs_a_login_that_may_become_the_owner()
    {
        await using var holds = new LegalHolds(database.Reader);
        var error = await Should.ThrowAsync<Core.Sink.StoreException>(() => holds.AddAsync("z", null, null, "r", "me", None));
        error.Code.ShouldBe("42501");
        error.Message.ShouldContain("audit_owner");
    }

    [PostgresFact]
    public async Task A_retention_that_is_no_interval_is_said()
    {
        foreach (var value in new[] { "seven years", "-1 day" })
        {
            await database.ExecuteAsync($"UPDATE audit.setting SET value = '{value}' WHERE name = 'retention'");
            (await AuditDatabase.RefusalAsync(database.ReaderConnectionString, "SELECT * FROM audit.retirable()")).ShouldBe("AU004", value);
        }
        await database.ExecuteAsync("UPDATE audit.setting SET value = '7 years' WHERE name = 'retention'");
    }
}
