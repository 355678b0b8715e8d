using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Dms.Csv;

public sealed class TablePlansTests
{
    private static readonly CsvSettings named = new() { AddColumnName = true };

    [Theory]
    [InlineData("id,a,b", "Op,id,a,b\nI,1,x,y\n")]
    [InlineData(null, "Op,id,a,b\nI,1,x,y\n")]
    [InlineData("id,other,b", "Op,id,a,b\nI,1,x,y\n")]
    [InlineData("id,a,b", "I,1,x,y\n")]
    [InlineData(null, "id,a,b\nI,1,x,y")]
    [InlineData(null, "\"id\",\"a\",\"b\"\nI,1,x,y")]
    public void Columns_are_named_by_the_value_or_by_configuration(string? columns, string lines) =>
        CsvRecord.Show(lines, CsvRecord.Settings(columns, named)).ShouldBe(["insert | none | full a=\"x\" b=\"y\" id=\"1\""]);

    [Theory]
    [InlineData("id,a,b", "Op,id,a,b\n")]
    [InlineData("id,a,b", "id,a,b")]
    [InlineData(null, "Op,id,a,b")]
    public void A_line_of_names_alone_is_left_out(string? columns, string lines) =>
        Given.Decode(CsvRecord.Lines(lines), CsvRecord.Settings(columns, named)).Skip.ShouldBe(SkipReason.Header);

    [Theory]
    // Without configured columns a value must begin with their names, and one line alone cannot be told from a row.
    [InlineData(null, "I,1,x,y\n")]
    [InlineData(null, "I,1,x,y\nI,2,x,y\n")]
    [InlineData(null, "id,a,b\n")]
    // A column was renamed: the line is neither the configured names nor, with any likelihood, a row.
    [InlineData("id,a,b", "id,a,c\n1,x,y\n")]
    [InlineData("id,a,b", "id,a,b,c\n1,x,y,z\n")]
    public void What_may_be_names_or_values_is_refused(string? columns, string lines) =>
        CsvRecord.Refused(lines, CsvRecord.Settings(columns, named)).ShouldBe((RejectionCode.UnknownColumns, lines));

    [Fact]
    public void A_line_of_names_holds_for_its_own_value()
    {
        var decoder = new Core.Decode.Decoder(CsvRecord.Settings(columns: null, named));
        decoder.Decode(CsvRecord.Lines("Op,id,a\nI,1,x\n")).Changes.ShouldHaveSingleItem();
        decoder.Decode(CsvRecord.Lines("I,1,x\n")).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnknownColumns);
        var other = decoder.Decode(CsvRecord.Lines("Op,id,c\nI,1,x\n")).Changes.ShouldHaveSingleItem();
        Given.Show(other, other.After).ShouldBe("full c=\"x\" id=\"1\"");
    }

    [Theory]
    [InlineData("Op,x,y\n", "snapshot | none | full a=\"x\" b=\"y\" id=\"Op\"")]
    [InlineData("Op,x,y\n2,x,y\n", "snapshot | none | full a=\"x\" b=\"y\" id=\"Op\"")]
    public void A_row_that_begins_like_a_line_of_names_and_names_no_configured_column_is_a_row(string lines, string row) =>
        CsvRecord.Show(lines, CsvRecord.Settings("id,a,b", named))[0].ShouldBe(row);

    [Fact]
    public void A_line_of_names_that_is_not_announced_is_a_row() =>
        CsvRecord.Refused("Op,id,a,b\n").ShouldBe((RejectionCode.UnknownOperation, "Op,id,a,b\n"));

    [Fact]
    public void Names_may_hold_whatever_names_hold()
    {
        var changes = CsvRecord.Show("Op,\"i,\"\"d\",ä b,\"c\\\nd\"\nI,1,2,3\n", CsvRecord.Settings(columns: null, named));
        changes.ShouldBe(["insert | none | full c\\\nd=\"3\" i,\"d=\"1\" ä b=\"2\""]);
    }

    [Theory]
    [InlineData("Op,id,a,a\nI,1,2,3\n")]
    [InlineData("Op,id,a,b\0\nI,1,2,3\n")]
    public void Names_that_can_be_none_are_refused(string lines) =>
        CsvRecord.Refused(lines, CsvRecord.Settings(columns: null, named)).Code.ShouldBe(RejectionCode.InvalidMember);

    [Fact]
    public void Without_columns_a_line_is_refused() =>
        CsvRecord.Refused("I,1,x,y\n", CsvRecord.Settings(columns: null)).ShouldBe((RejectionCode.UnknownColumns, "I,1,x,y\n"));
}
