using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Dms.Csv;

public sealed class LineRowTests
{
    private const string WithOld = "id,a,b,BI_id,BI_a,BI_b";

    [Theory]
    [InlineData("I,1,NULL,\n", "full a=null b=\"\" id=\"1\"")]
    [InlineData("I,1,\"NULL\",null\n", "full a=null b=\"null\" id=\"1\"")]
    [InlineData("I,1, NULL,007.50\n", "full a=\" NULL\" b=\"007.50\" id=\"1\"")]
    [InlineData("I,1,\"a \"\"b\"\",\nc\",\\\n", "full a=\"a \\\"b\\\",\\nc\" b=\"\\\\\" id=\"1\"")]
    [InlineData("I,1,\t,ä\U0001F600\n", "full a=\"\\t\" b=\"ä\U0001F600\" id=\"1\"")]
    [InlineData("I,1,a\0,x\n", "full a={\"$bytes\":\"YQA=\"}!encoded b=\"x\" id=\"1\"")]
    public void A_value_is_its_text(string line, string after)
    {
        var change = CsvRecord.Change(line);
        Given.Show(change, change.After).ShouldBe(after);
    }

    [Fact]
    public void Another_text_may_stand_for_null()
    {
        var settings = CsvRecord.Settings(lines: new CsvSettings { NullValue = "\\N" });
        var change = CsvRecord.Change("I,1,\\N,NULL\n", settings);
        Given.Show(change, change.After).ShouldBe("full a=null b=\"NULL\" id=\"1\"");
    }

    [Fact]
    public void Where_the_empty_text_stands_for_null_it_is_not_known_which_it_is()
    {
        var settings = CsvRecord.Settings(WithOld, new CsvSettings { NullValue = "" }, ReplicaIdentity.Full);
        var change = CsvRecord.Change("U,1,,x,1,,\"\"\n", settings);
        Given.Show(change, change.After).ShouldBe("full a=null!ambiguous b=\"x\" id=\"1\"");
        Given.Show(change, change.Before).ShouldBe("full a=null!ambiguous b=null!ambiguous id=\"1\"");
        DmsRecord.Changed(change).ShouldBe("atleast b");
    }

    [Fact]
    public void A_text_may_stand_for_what_was_not_logged()
    {
        var settings = CsvRecord.Settings(WithOld, new CsvSettings { NoSupValue = "?" }, ReplicaIdentity.Full);
        var change = CsvRecord.Change("U,1,?,x,1,y,?\n", settings);
        Given.Show(change, change.After).ShouldBe("partial a=unavailable b=\"x\" id=\"1\"");
        Given.Show(change, change.Before).ShouldBe("partial a=\"y\" b=unavailable id=\"1\"");
        DmsRecord.Changed(change).ShouldBe("unknown");
        var delete = CsvRecord.Change("D,?,?,NULL,NULL,NULL,NULL\n", settings);
        Given.Show(delete, delete.Before).ShouldBe("none");
        delete.Key.IsPresent.ShouldBeFalse();
        CsvRecord.Show("D,1,?,x,NULL,NULL,NULL\n", settings).ShouldBe(["delete | partial a=unavailable b=\"x\" id=\"1\" | none"]);
    }

    [Theory]
    [InlineData(ReplicaIdentity.Full, "U,1,x,NULL,1,y,NULL\n", "update | full a=\"y\" b=null id=\"1\" | full a=\"x\" b=null id=\"1\"", "all a")]
    [InlineData(ReplicaIdentity.Auto, "U,1,x,NULL,1,y,NULL\n", "update | partial a=\"y\" id=\"1\" | full a=\"x\" b=null id=\"1\"", "atleast a")]
    [InlineData(ReplicaIdentity.Key, "U,1,x,NULL,2,NULL,NULL\n", "update | key id=\"2\" | full a=\"x\" b=null id=\"1\"", "atleast id")]
    [InlineData(ReplicaIdentity.Key, "U,1,x,NULL,NULL,NULL,NULL\n", "update | key id=\"1\" | full a=\"x\" b=null id=\"1\"", "unknown")]
    [InlineData(ReplicaIdentity.Auto, "U,1,x,NULL,,,\n", "update | none | full a=\"x\" b=null id=\"1\"", "unknown")]
    [InlineData(ReplicaIdentity.Full, "D,1,NULL,NULL,1,y,NULL\n", "delete | full a=\"y\" b=null id=\"1\" | none", "all a b id")]
    [InlineData(ReplicaIdentity.Auto, "D,1,NULL,NULL,NULL,NULL,NULL\n", "delete | key id=\"1\" | none", "atleast id")]
    [InlineData(ReplicaIdentity.Full, "I,1,x,y,,NULL,\n", "insert | none | full a=\"x\" b=\"y\" id=\"1\"", "all a b id")]
    public void Columns_of_old_values_are_the_row_before(ReplicaIdentity identity, string line, string expected, string changed)
    {
        var settings = CsvRecord.Settings(WithOld, identity: identity);
        CsvRecord.Show(line, settings).ShouldBe([expected]);
        DmsRecord.Changed(CsvRecord.Change(line, settings)).ShouldBe(changed);
    }

    [Fact]
    public void A_column_that_only_looks_like_one_of_old_values_is_a_column()
    {
        CsvRecord.Show("U,1,2,3\n", CsvRecord.Settings("id,BI_score,BI_")).ShouldBe(["update | none | full BI_=\"3\" BI_score=\"2\" id=\"1\""]);
        CsvRecord.Show("I,1,2,3\n", CsvRecord.Settings("id,a,BI_a")).ShouldBe(["insert | none | full BI_a=\"3\" a=\"2\" id=\"1\""]);
    }

    [Theory]
    [InlineData("D,1,NULL,x,,,\n", "full a=null b=\"x\" id=\"1\"")]
    [InlineData("D,1,NULL,NULL,1,y,\n", "full a=\"y\" b=null id=\"1\"")]
    public void A_null_of_a_deleted_row_stays_one_where_the_field_of_its_old_value_is_empty(string line, string before)
    {
        var change = CsvRecord.Change(line, CsvRecord.Settings(WithOld, identity: ReplicaIdentity.Full));
        Given.Show(change, change.Before).ShouldBe(before);
    }

    [Fact]
    public void A_row_that_was_moved_has_its_previous_key()
    {
        var change = CsvRecord.Change("U,2,x,y,1,x,y\n", CsvRecord.Settings(WithOld, identity: ReplicaIdentity.Full));
        Given.Show(change, change.Key).ShouldBe("full id=\"2\"");
        Given.Show(change, change.PreviousKey).ShouldBe("full id=\"1\"");
    }
}
