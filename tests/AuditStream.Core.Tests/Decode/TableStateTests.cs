using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;

namespace AuditStream.Core.Tests.Decode;

public sealed class TableStateTests
{
    [Fact]
    public void Shapes_come_and_go_beyond_what_is_kept_and_every_row_is_read_by_its_own()
    {
        var decoder = new Decoder(new DecodeSettings());
        for (var round = 0; round < 3; round++)
        {
            for (var shape = 0; shape < TableState.MaxPairs + RowShapeCache.MaxShapes; shape++)
            {
                var row = $"{{\"z{shape}\":{round},\"a\":{shape}}}";
                var change = decoder.Decode(Given.Record(Given.Envelope("c", after: row), $"{{\"z{shape}\":1}}")).Changes.ShouldHaveSingleItem();
                Given.Show(change, change.After).ShouldBe($"full a={shape} z{shape}={round}");
                Given.Show(change, change.Key).ShouldBe($"full z{shape}=\"1\"");
            }
        }
    }

    [Fact]
    public void Rows_of_many_shapes_allocate_nothing_when_all_were_seen()
    {
        var decoder = new Decoder(DmsRecord.Settings(nulls: false));
        var records = Enumerable.Range(0, 64).Select(shape => DmsRecord.Data(
            "update", $"{{\"id\":1{string.Concat(Enumerable.Range(0, 6).Where(column => (shape >> column) % 2 == 1).Select(column => $",\"c{column}\":{shape}"))}}}",
            ",\"before-image\":{\"id\":1}")).ToArray();
        var layouts = Array.ConvertAll(records, record => decoder.Decode(record).Changes[0].After.Layout);
        layouts.Distinct().Count().ShouldBe(64);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            foreach (var record in records)
                decoder.Decode(record);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
        records.Select(record => decoder.Decode(record).Changes[0].After.Layout).ShouldBe(layouts);
    }

    [Fact]
    public void Rows_of_one_shape_share_a_layout()
    {
        var decoder = new Decoder(new DecodeSettings());
        var first = decoder.Decode(Given.Record(Given.Envelope("c", after: "{\"b\":1,\"a\":2}"))).Changes[0].After.Layout;
        decoder.Decode(Given.Record(Given.Envelope("c", after: "{\"a\":1,\"b\":2}"))).Changes[0].After.Layout.Names.ShouldBe(first.Names);
        decoder.Decode(Given.Record(Given.Envelope("c", after: "{\"b\":3,\"a\":4}"))).Changes[0].After.Layout.ShouldBeSameAs(first);
    }

    [Fact]
    public void The_number_of_tables_is_bounded()
    {
        var decoder = new Decoder(new DecodeSettings());
        for (var table = 0; table <= TableCatalog.MaxTables; table++)
        {
            var source = Given.Source().Replace("\"t\"", $"\"t{table}\"", StringComparison.Ordinal);
            var change = decoder.Decode(Given.Record(Given.Envelope("t", source: source))).Changes.ShouldHaveSingleItem();
            change.Facts.Table.Table.ShouldBe($"t{table}");
        }
    }
}
