using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

public sealed class TableStateTests
{
    [Fact]
    public void Shapes_come_and_go_beyond_what_is_kept_and_every_row_is_read_by_its_own()
    {
        var decoder = new Decoder(new DecodeSettings());
        for (var round = 0; round < 3; round++)
        {
            for (var shape = 0; shape < 5 * TableState.MaxLayouts; shape++)
            {
                var row = $"{{\"z{shape}\":{round},\"a\":{shape}}}";
                var change = decoder.Decode(Given.Record(Given.Envelope("c", after: row), $"{{\"z{shape}\":1}}")).Changes.ShouldHaveSingleItem();
                Given.Show(change, change.After).ShouldBe($"full a={shape} z{shape}={round}");
                Given.Show(change, change.Key).ShouldBe($"full z{shape}=\"1\"");
            }
        }
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
