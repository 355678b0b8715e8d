using System.Net.Sockets;
using System.Security.Authentication;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres.Tests;

public sealed class StoreErrorsTests
{
    public static TheoryData<string, StoreErrorClass> Codes => new()
    {
        // It passes by itself.
        { "08000", StoreErrorClass.Transient }, { "08001", StoreErrorClass.Transient }, { "08003", StoreErrorClass.Transient },
        { "08006", StoreErrorClass.Transient }, { "08P01", StoreErrorClass.Transient },
        { "25006", StoreErrorClass.Transient }, { "25P03", StoreErrorClass.Transient }, { "25P04", StoreErrorClass.Transient },
        { "40001", StoreErrorClass.Transient }, { "40P01", StoreErrorClass.Transient }, { "40003", StoreErrorClass.Transient },
        { "53000", StoreErrorClass.Transient }, { "53100", StoreErrorClass.Transient }, { "53200", StoreErrorClass.Transient },
        { "53300", StoreErrorClass.Transient }, { "53400", StoreErrorClass.Transient },
        { "55P03", StoreErrorClass.Transient }, { "55006", StoreErrorClass.Transient },
        { "57014", StoreErrorClass.Transient }, { "57P01", StoreErrorClass.Transient }, { "57P02", StoreErrorClass.Transient },
        { "57P03", StoreErrorClass.Transient }, { "57P04", StoreErrorClass.Transient }, { "57P05", StoreErrorClass.Transient },
        { "58000", StoreErrorClass.Transient }, { "58030", StoreErrorClass.Transient },
        // Somebody must mend it.
        { "42501", StoreErrorClass.Systemic }, { "42P01", StoreErrorClass.Systemic }, { "42703", StoreErrorClass.Systemic },
        { "42883", StoreErrorClass.Systemic }, { "42601", StoreErrorClass.Systemic }, { "3D000", StoreErrorClass.Systemic },
        { "3F000", StoreErrorClass.Systemic }, { "28000", StoreErrorClass.Systemic }, { "28P01", StoreErrorClass.Systemic },
        { "21000", StoreErrorClass.Systemic }, { "0A000", StoreErrorClass.Systemic }, { "25P02", StoreErrorClass.Systemic },
        { "55000", StoreErrorClass.Systemic }, { "58P01", StoreErrorClass.Systemic }, { "P0001", StoreErrorClass.Systemic },
        { "XX000", StoreErrorClass.Systemic }, { "XX001", StoreErrorClass.Systemic }, { "AU002", StoreErrorClass.Systemic },
        { "AU010", StoreErrorClass.Systemic }, { "ZZZZZ", StoreErrorClass.Systemic }, { "", StoreErrorClass.Systemic },
        // One row is at fault.
        { "22001", StoreErrorClass.Record }, { "22003", StoreErrorClass.Record }, { "22008", StoreErrorClass.Record },
        { "22021", StoreErrorClass.Record }, { "22P02", StoreErrorClass.Record }, { "22P05", StoreErrorClass.Record },
        { "23502", StoreErrorClass.Record }, { "23503", StoreErrorClass.Record }, { "23505", StoreErrorClass.Record },
        { "54000", StoreErrorClass.Record }, { "54001", StoreErrorClass.Record }, { "AU001", StoreErrorClass.Record },
        { "AU003", StoreErrorClass.Record },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_sqlstate_has_its_class(string sqlState, StoreErrorClass expected)
    {
        StoreErrors.Find(sqlState).Class.ShouldBe(expected);
        StoreErrors.Classify(Server(sqlState)).ShouldNotBeNull().Class.ShouldBe(expected);
    }

    [Fact]
    public void A_check_violation_is_the_rows_fault_only_when_it_has_a_constraint()
    {
        var routing = Server("23514");
        StoreErrors.Classify(routing).ShouldNotBeNull().Class.ShouldBe(StoreErrorClass.Systemic);
        StoreErrors.Classify(Server("23514", "event_hash_lengths")).ShouldNotBeNull().Class.ShouldBe(StoreErrorClass.Record);
    }

    [Fact]
    public void A_primary_key_of_events_is_no_rows_fault_and_any_other_constraint_is()
    {
        StoreErrors.Classify(Server("23505", "event_20260301_pkey")).ShouldNotBeNull().Code.ShouldBe(StoreErrors.StoredAlreadyCode);
        StoreErrors.Classify(Server("23505", "event_20260301_body_key")).ShouldNotBeNull().Class.ShouldBe(StoreErrorClass.Record);
    }

    [Fact]
    public void What_comes_from_no_server_is_a_connection_with_the_cause_where_it_is_known()
    {
        (Exception Exception, string Cause)[] cases =
        [
            (new NpgsqlException("Exception while reading from stream", new IOException()), ""),
            (new NpgsqlException("Exception while reading from stream", new TimeoutException()), ": it took too long"),
            (new NpgsqlException("Failed to connect to secret", new SocketException((int)SocketError.ConnectionRefused)), ": Connection refused"),
            (new NpgsqlException("The connection pool has been exhausted"), ""),
            (new TimeoutException(), ": it took too long"), (new EndOfStreamException(), ""),
        ];
        foreach (var (exception, cause) in cases)
        {
            var error = StoreErrors.ToStoreException("Writing 1 events", exception).ShouldNotBeNull();
            error.ErrorClass.ShouldBe(StoreErrorClass.Transient);
            error.Code.ShouldBe(StoreErrors.ConnectionCode);
            error.Message.ShouldBe($"Writing 1 events failed: connection, the server was not reached or the connection broke{cause}. It is tried again.");
        }
    }

    [Fact]
    public void A_certificate_does_not_mend_itself() =>
        StoreErrors.Classify(new NpgsqlException("Exception while performing SSL handshake", new AuthenticationException())).ShouldNotBeNull()
            .Class.ShouldBe(StoreErrorClass.Systemic);

    [Fact]
    public void A_broken_program_is_not_an_error_of_the_store()
    {
        StoreErrors.ToStoreException("Writing", new InvalidOperationException()).ShouldBeNull();
        StoreErrors.ToStoreException("Writing", new OperationCanceledException()).ShouldBeNull();
    }

    [Fact]
    public void What_may_quote_a_row_is_not_passed_on()
    {
        foreach (var code in new[] { "22P02", "23505", "54000", "P0001", "58030", "XX000" })
        {
            var error = StoreErrors.ToStoreException("Writing 1 events", Server(code)).ShouldNotBeNull();
            error.ToString().ShouldNotContain("secret");
            error.ErrorClass.ShouldNotBe(StoreErrorClass.Record);
        }
        StoreErrors.ToStoreException("Writing 1 events", Server("42501")).ShouldNotBeNull().Message.ShouldContain("secret of a name");
    }

    [Fact]
    public void Every_systemic_line_says_what_to_do_and_no_code_is_there_twice()
    {
        StoreErrors.Table.Where(entry => entry.Class == StoreErrorClass.Systemic).ShouldAllBe(entry => entry.Advice != null);
        StoreErrors.Table.Select(entry => entry.Code).ShouldBeUnique();
    }

    private static PostgresException Server(string sqlState, string? constraint = null) =>
        new("secret of a name", "ERROR", "ERROR", sqlState, detail: "secret", schemaName: "audit", tableName: "event", constraintName: constraint);
}
