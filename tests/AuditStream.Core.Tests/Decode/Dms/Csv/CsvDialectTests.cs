using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Dms.Csv.CsvRecord;

namespace AuditStream.Core.Tests.Decode.Dms.Csv;

public sealed class CsvDialectTests
{
    private const string Row = "full a=\"x\" b=\"y\" id=\"1\"";

    private static readonly CsvSettings timed = new() { TimestampColumnName = "at" };

    private static readonly CsvSettings transactions = new() { PreserveTransactions = true };

    [Fact]
    public void Each_line_of_a_value_is_a_change()
    {
        Show("1,x,y\nI,1,x,y\nU,1,x,y\nD,1,x,y").ShouldBe(
            [$"snapshot | none | {Row}", $"insert | none | {Row}", $"update | none | {Row}", "delete | partial a=\"x\" b=\"y\" id=\"1\" | none"]);
        var changes = Given.Decode(Lines("I,1,x,y\nU,1,x,y\n"), Settings()).Changes;
        changes.Select(change => Given.Text(change.DeliveredAfter)).ShouldBe(["1,x,y", "1,x,y"]);
        changes.Select(change => Convert.ToHexString(change.Coordinate.Span)).ShouldBeUnique();
    }

    [Theory]
    [InlineData(false, UnmarkedRows.Snapshot, "I,1,x,y", ChangeOperation.Insert)]
    [InlineData(true, UnmarkedRows.Snapshot, "I,1,x,y", ChangeOperation.Upsert)]
    [InlineData(true, UnmarkedRows.Snapshot, "U,1,x,y", ChangeOperation.Update)]
    [InlineData(false, UnmarkedRows.Snapshot, "1,x,y", ChangeOperation.Snapshot)]
    [InlineData(false, UnmarkedRows.Insert, "1,x,y", ChangeOperation.Insert)]
    [InlineData(false, UnmarkedRows.Upsert, "1,x,y", ChangeOperation.Upsert)]
    public void The_endpoints_settings_say_what_a_mark_means(bool isInLoad, UnmarkedRows unmarked, string line, ChangeOperation operation)
    {
        var change = Change(line, Settings(lines: new CsvSettings { IncludeOpForFullLoad = isInLoad, UnmarkedRows = unmarked }));
        change.Facts.Operation.ShouldBe(operation);
        Given.Text(change.Facts.Snapshot).ShouldBe(operation == ChangeOperation.Snapshot ? "load" : "");
    }

    [Theory]
    [InlineData("at,id,a,b")]
    [InlineData("id,a,b")]
    public void The_time_of_a_line_is_the_commits(string columns)
    {
        var change = Change("U,2025-06-15 10:00:00.123456,1,x,y\n", Settings(columns, timed));
        Given.Show(change, change.After).ShouldBe(Row);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Commit);
        change.Facts.OccurredAtMicroseconds.ShouldBe(1_749_981_600_123_456);
        change.Facts.OccurredAtDigits.ShouldBe(6);
        Change("1,x,y,2025-06-15 10:00:00.123456", Settings("id,a,b,at", timed)).Facts.OccurredFrom.ShouldBe(OccurredFrom.Capture);
    }

    [Theory]
    [InlineData("U,NULL,1,x,y")]
    [InlineData("U,,1,x,y")]
    public void Without_a_time_it_is_the_records(string line)
    {
        var facts = Change(line, Settings(lines: timed)).Facts;
        facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        facts.OccurredAtMicroseconds.ShouldBe(Given.RecordTimestamp * 1_000);
    }

    [Fact]
    public void A_row_of_a_load_is_known_again_by_its_key_and_the_time_of_reading()
    {
        var settings = Settings(lines: timed);
        var first = Change("2025-06-15 10:00:00.1,1,x,y", settings);
        first.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        var again = Given.Decode(Lines("2025-06-15 10:00:00.1,2,x,y\n2025-06-15 10:00:00.1,1,x,y\n") with { Offset = 99 }, settings).Changes;
        again[1].Coordinate.ToArray().ShouldBe(first.Coordinate.ToArray());
        again[0].Coordinate.ToArray().ShouldNotBe(first.Coordinate.ToArray());
        Change("1,x,y").Facts.Identity.ShouldBe(IdentityStrength.Weak);
        Change("U,2025-06-15 10:00:00.1,1,x,y", settings).Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Fact]
    public void Lines_of_transactions_name_their_tables()
    {
        var result = Given.Decode(Lines("I,t,s,1,x,y\nU,t,s,2,x,y\nD,awsdms_status,s,9\n"), Settings(lines: transactions));
        result.Changes.Count.ShouldBe(2);
        var table = result.Changes[1].Facts.Table;
        (table.Kind, table.Source, table.Schema, table.Table, table.TableFrom).ShouldBe(("dms", "lake", "s", "t", NameOrigin.Record));
        Given.Show(result.Changes[1], result.Changes[1].Key).ShouldBe("full id=\"2\"");
        Given.Text(result.Changes[1].DeliveredAfter).ShouldBe("2,x,y");
        Given.Decode(Lines("D,awsdms_status,s,9\n"), Settings(lines: transactions)).Skip.ShouldBe(SkipReason.Bookkeeping);
    }

    [Theory]
    [InlineData("(?<database>d)[.](?<schema>s)[.](?<table>t)", "d.s.t", "d s t Configuration")]
    [InlineData(".*", "lake.s.t", "- s t Topic")]
    [InlineData(".*", "t", "- - t Topic")]
    [InlineData("x[.](?<table>.*)", "x.t", "- - t Configuration")]
    public void A_table_is_named_by_its_topic(string pattern, string topic, string expected)
    {
        var settings = Settings(lines: new CsvSettings { AddColumnName = true }, topics: pattern);
        var change = Given.Change(Lines("Op,id\nI,1") with { Topic = topic }, settings);
        var table = change.Facts.Table;
        $"{table.Database ?? "-"} {table.Schema ?? "-"} {table.Table} {table.TableFrom}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("X,1,x,y", RejectionCode.UnknownOperation, "X,1,x,y")]
    [InlineData("i,1,x,y", RejectionCode.UnknownOperation, "i,1,x,y")]
    [InlineData("I,1,x,y\nI,1,x\n", RejectionCode.UnknownColumns, "I,1,x\n")]
    [InlineData("I,1,x,y\n\n", RejectionCode.UnknownColumns, "\n")]
    [InlineData("I,1,x,y,z,\n", RejectionCode.UnknownColumns, "I,1,x,y,z,\n")]
    [InlineData("I,1,x,\"y", RejectionCode.TruncatedCsv, "\"y")]
    [InlineData("I,1,x,y\" z", RejectionCode.MalformedCsv, "\" z")]
    public void A_line_that_is_none_is_refused_with_its_place(string lines, RejectionCode code, string at) => Refused(lines).ShouldBe((code, at));

    [Theory]
    [InlineData("I,t,s\n", RejectionCode.UnknownColumns, "I,t,s\n")]
    [InlineData("I,t,s,1,x\n", RejectionCode.UnknownColumns, "I,t,s,1,x\n")]
    [InlineData("I,u,s,1,x\n", RejectionCode.UnknownColumns, "I,u,s,1,x\n")]
    [InlineData("1,t,s,1,x,y\n", RejectionCode.UnknownOperation, "1,t,s,1,x,y\n")]
    public void A_line_of_a_transaction_that_is_none_is_refused_with_its_place(string lines, RejectionCode code, string at) =>
        Refused(lines, Settings(lines: transactions)).ShouldBe((code, at));

    [Theory]
    [InlineData("yesterday", RejectionCode.InvalidMember)]
    [InlineData("2025-06-15", RejectionCode.InvalidMember)]
    [InlineData("1969-12-31 23:59:59", RejectionCode.TimeOutOfRange)]
    public void A_time_that_is_none_is_refused_with_its_place(string time, RejectionCode code) =>
        Refused($"U,{time},1,x,y", Settings(lines: timed)).ShouldBe((code, $"{time},1,x,y"));

    [Fact]
    public void Bytes_that_are_no_text_are_refused_with_their_place()
    {
        var record = Lines("") with { Value = (byte[])[(byte)'I', (byte)',', (byte)'1', (byte)',', 0xC3, (byte)',', (byte)'y'] };
        var rejection = Given.Rejection(record, Settings());
        (rejection.Code, rejection.ByteOffset).ShouldBe((RejectionCode.InvalidUtf8, 4));
    }

    [Fact]
    public void A_column_may_tell_who_made_the_change()
    {
        var source = Settings().Sources[0];
        var settings = new DecodeSettings { Sources = [source with { ActorColumns = ["b"] }] };
        Given.Decode(Lines("U,1,x,ann\nU,2,x,bob\n"), settings).Changes.Select(change => Given.Text(change.Facts.Actor)).ShouldBe(["ann", "bob"]);
    }

    [Fact]
    public void Too_many_lines_are_refused()
    {
        var lines = string.Concat(Enumerable.Repeat("I,1,x,y\n", ChangeList.MaxChanges));
        Given.Decode(Lines(lines), Settings()).Changes.Count.ShouldBe(ChangeList.MaxChanges);
        Refused(lines + "I,2,x,y\n").ShouldBe((RejectionCode.TooLarge, "I,2,x,y\n"));
        Refused(lines[..^8] + "I,\"1,x,y\n").ShouldBe((RejectionCode.TruncatedCsv, "\"1,x,y\n"));
        Given.Decode(Lines(lines[..^8] + "I,1,\"\n\n\",y"), Settings()).Changes.Count.ShouldBe(ChangeList.MaxChanges);
    }

    [Fact]
    public void Names_that_would_be_written_too_often_are_refused()
    {
        // A line of names in a record of less than a megabyte made gigabytes of rows: each of them names its columns.
        var named = new CsvSettings { AddColumnName = true };
        var names = string.Join(',', Enumerable.Range(0, 500).Select(column => $"{column}{new string('x', 1000)}"));
        var line = $"I{new string(',', 500)}\n";
        var most = CsvDialect.MaxNameBytes / (names.Length - 499);
        Given.Decode(Lines($"Op,{names}\n{string.Concat(Enumerable.Repeat(line, most))}"), Settings(columns: null, named)).Changes.Count.ShouldBe(most);
        Refused($"Op,{names}\n{string.Concat(Enumerable.Repeat(line, most + 1))}", Settings(columns: null, named)).ShouldBe((RejectionCode.TooLarge, line));
    }

    [Fact]
    public void Nothing_but_configuration_makes_a_value_lines()
    {
        Given.Rejection(Lines("I,1,x,y\n"), new DecodeSettings()).Code.ShouldBe(RejectionCode.NotJson);
        Given.Rejection(Lines(Given.Envelope("c", after: "{\"id\":1}")), Settings()).Code.ShouldBe(RejectionCode.MalformedCsv);
        Given.Decode(Given.Record(value: null) with { Topic = "s.t" }, Settings()).Skip.ShouldBe(SkipReason.Tombstone);
        var decoder = new Core.Decode.Decoder(Settings());
        decoder.Decode(Lines("I,1,x,y\n")).Changes.ShouldHaveSingleItem();
        decoder.Recognised.ShouldBe(new Recognition(RecordFraming.Csv, Schema: null, RecordForm.DmsCsv));
    }

    [Fact]
    public void Mutated_lines_always_have_an_outcome()
    {
        string[] values = ["Op,id,a,b,BI_a\nI,1,\"x \"\"\ny\",NULL,\nU,1,,y,?\n", "I,1,x,y,NULL\nD,2,\"é\",,z", "3,x,y,,\n"];
        var settings = Settings("id,a,b,BI_a", new CsvSettings { AddColumnName = true, NullValue = "", NoSupValue = "?" }, topics: "(?<schema>s)(?<table>t)ream");
        Broken.Mutate(values, rounds: 15_000, settings);
        Broken.Mutate(["I,t,s,1,x,y\n"], rounds: 5_000, Settings(lines: transactions, topics: ".*"));
    }

    [Fact]
    public void Lines_in_steady_state_allocate_little()
    {
        var decoder = new Core.Decode.Decoder(Settings("id,a,b,BI_a"));
        var record = Lines("U,1,x,\"y \"\"z\"\"\",w\n");
        for (var warm = 0; warm < 100; warm++)
            decoder.Decode(record).Changes.ShouldHaveSingleItem();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
            decoder.Decode(record);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }
}
