using AuditStream.Core.Decode.GoldenGate;
using System.Text;

namespace AuditStream.Core.Tests.Decode.GoldenGate;

public sealed class TableNameTests
{
    [Theory]
    [InlineData("EVENT", "", "", "EVENT")]
    [InlineData("OGG.EVENT", "", "OGG", "EVENT")]
    [InlineData("PDB1.OGG.EVENT", "PDB1", "OGG", "EVENT")]
    [InlineData("PDB1.OGG.EVENT.OLD", "PDB1", "OGG", "EVENT.OLD")]
    public void A_name_is_cut_from_the_left(string written, string database, string schema, string table)
    {
        var name = new TableName(Encoding.UTF8.GetBytes(written));
        Encoding.UTF8.GetString(name.Database).ShouldBe(database);
        Encoding.UTF8.GetString(name.Schema).ShouldBe(schema);
        Encoding.UTF8.GetString(name.Table).ShouldBe(table);
    }
}
