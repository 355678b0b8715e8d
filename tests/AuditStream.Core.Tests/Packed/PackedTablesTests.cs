using AuditStream.Core.Decode;
using AuditStream.Core.Json;
using AuditStream.Core.Packed;

namespace AuditStream.Core.Tests.Packed;

public sealed class PackedTablesTests
{
    [Fact]
    public void A_table_comes_back_with_what_its_events_need()
    {
        var table = new TableReference
        {
            Kind = "maxwell", Engine = "mysql", Source = "shop", Incarnation = 3, Database = "d", Schema = null, Table = "t",
            TableFrom = NameOrigin.Configuration, ReplicaIdentity = ReplicaIdentity.Full, ConfiguredKey = ["id", "branch"], DeepDiff = ["doc", "p*"],
        };
        var to = new ByteWriter();
        new PackedTables().Write(to, table);
        var reader = new PackedReader(to.Written);
        var read = new PackedTables().Read(ref reader).ShouldNotBeNull();
        reader.IsDone.ShouldBeTrue();
        (read.Kind, read.Engine, read.Source, read.Incarnation, read.Database, read.Schema, read.Table)
            .ShouldBe((table.Kind, table.Engine, table.Source, table.Incarnation, table.Database, table.Schema, table.Table));
        (read.TableFrom, read.ReplicaIdentity).ShouldBe((table.TableFrom, table.ReplicaIdentity));
        read.ConfiguredKey.ShouldBe(["id", "branch"]);
        read.DeepDiff.ShouldBe(["doc", "p*"]);
    }
}
