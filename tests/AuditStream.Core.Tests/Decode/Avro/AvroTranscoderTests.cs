using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Avro;

public sealed class AvroTranscoderTests
{
    private const string Tree =
        "{\"type\":\"record\",\"name\":\"Tree\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},"
        + "{\"name\":\"children\",\"type\":{\"type\":\"array\",\"items\":\"Tree\"}}]}";

    private const string List =
        "{\"type\":\"record\",\"name\":\"a.List\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"List\"]}]}";

    [Fact]
    public void Scalars_have_the_text_that_connect_gives_them()
    {
        AvroText.Of("\"null\"", new AvroWriter()).ShouldBe("null");
        AvroText.Of("\"boolean\"", new AvroWriter().Boolean(true)).ShouldBe("true");
        AvroText.Of("\"int\"", new AvroWriter().Long(int.MinValue)).ShouldBe("-2147483648");
        AvroText.Of("\"long\"", new AvroWriter().Long(long.MaxValue)).ShouldBe("9223372036854775807");
        AvroText.Of("\"long\"", new AvroWriter().Long(long.MinValue)).ShouldBe("-9223372036854775808");
        AvroText.Of("\"float\"", new AvroWriter().Float(0.1f)).ShouldBe("0.1");
        AvroText.Of("\"double\"", new AvroWriter().Double(double.NaN)).ShouldBe("\"NaN\"");
        AvroText.Of("\"bytes\"", new AvroWriter().Bytes(1, 0xF3)).ShouldBe("\"AfM=\"");
        AvroText.Of("\"bytes\"", new AvroWriter().Bytes()).ShouldBe("\"\"");
        AvroText.Of("\"string\"", new AvroWriter().String("a\"b\\c\n\0é")).ShouldBe("\"a\\\"b\\\\c\\n\\u0000é\"");
        AvroText.Of("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}", new AvroWriter().Raw(1, 0xF3)).ShouldBe("\"AfM=\"");
        AvroText.Of("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}", new AvroWriter().Long(1)).ShouldBe("\"B\"");
    }

    [Fact]
    public void Containers_of_every_kind_and_blocks_with_and_without_their_length_are_read()
    {
        const string array = "{\"type\":\"array\",\"items\":\"int\"}";
        AvroText.Of(array, new AvroWriter().Long(0)).ShouldBe("[]");
        AvroText.Of(array, new AvroWriter().Long(2).Long(1).Long(2).Long(1).Long(3).Long(0)).ShouldBe("[1,2,3]");
        AvroText.Of(array, new AvroWriter().Long(-2).Long(2).Long(1).Long(2).Long(0)).ShouldBe("[1,2]");
        const string map = "{\"type\":\"map\",\"values\":[\"null\",\"string\"]}";
        AvroText.Of(map, new AvroWriter().Long(2).String("a").Long(1).String("x").String("b").Long(0).Long(0)).ShouldBe("{\"a\":\"x\",\"b\":null}");
        AvroText.Of(Tree, new AvroWriter().Long(1).Long(1).Long(2).Long(0).Long(0)).ShouldBe("{\"v\":1,\"children\":[{\"v\":2,\"children\":[]}]}");
    }

    [Fact]
    public void A_map_of_pairs_is_written_as_pairs()
    {
        const string entry = "{\"type\":\"record\",\"name\":\"MapEntry\",\"namespace\":\"io.confluent.connect.avro\",\"fields\":["
            + "{\"name\":\"key\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"string\"}]}";
        AvroText.Of($"{{\"type\":\"array\",\"items\":{entry}}}", new AvroWriter().Long(1).Long(7).String("x").Long(0)).ShouldBe("[[7,\"x\"]]");
    }

    [Fact]
    public void A_value_of_a_union_is_plain_beside_null_and_tagged_among_several_types()
    {
        AvroText.Of("[\"null\",\"long\"]", new AvroWriter().Long(0)).ShouldBe("null");
        AvroText.Of("[\"long\",\"null\"]", new AvroWriter().Long(0).Long(5)).ShouldBe("5");
        AvroText.Of("[\"null\",\"long\",\"string\"]", new AvroWriter().Long(1).Long(5)).ShouldBe("{\"long\":5}");
        AvroText.Of("[\"null\",\"long\",\"string\"]", new AvroWriter().Long(2).String("x")).ShouldBe("{\"string\":\"x\"}");
        AvroText.Of("[\"null\",\"long\",\"string\"]", new AvroWriter().Long(0)).ShouldBe("null");
    }

    [Fact]
    public void What_breaks_a_rule_is_refused_where_it_does()
    {
        AvroText.Refused("\"boolean\"", new AvroWriter().Raw(2)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"int\"", new AvroWriter().Long(1L << 31)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"long\"", new AvroWriter().Raw(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02))
            .ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"string\"", new AvroWriter().Long(-1)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"string\"", new AvroWriter().Long(1L << 40)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"string\"", new AvroWriter().Bytes(0x61, 0xC3)).ShouldBe((RejectionCode.InvalidUtf8, 1));
        AvroText.Refused("[\"null\",\"int\"]", new AvroWriter().Long(2)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("[\"null\",\"int\"]", new AvroWriter().Long(-1)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", new AvroWriter().Long(1)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"int\"", new AvroWriter().Long(1).Raw(0)).ShouldBe((RejectionCode.MalformedAvro, 1));
        AvroText.Refused("{\"type\":\"array\",\"items\":\"int\"}", new AvroWriter().Long(long.MinValue).Long(0)).ShouldBe((RejectionCode.MalformedAvro, 0));
        AvroText.Refused("\"double\"", new AvroWriter().Raw(0, 0)).ShouldBe((RejectionCode.TruncatedAvro, 2));
    }

    [Fact]
    public void A_datum_that_is_deeper_than_the_limit_is_refused()
    {
        var deep = new AvroWriter();
        for (var depth = 0; depth < AvroTranscoder.MaxDatumDepth; depth++)
            deep.Long(1);
        AvroText.Refused(List, deep.Long(0)).Code.ShouldBe(RejectionCode.TooDeep);
    }

    [Fact]
    public void Values_of_no_bytes_do_not_become_an_endless_text()
    {
        AvroText.Refused("{\"type\":\"array\",\"items\":\"null\"}", new AvroWriter().Long(long.MaxValue)).Code.ShouldBe(RejectionCode.TooLarge);
        AvroText.Refused("{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}}", new AvroWriter().Long(-long.MaxValue).Long(0))
            .Code.ShouldBe(RejectionCode.TooLarge);
    }

    [Fact]
    public void A_place_of_the_text_is_found_in_the_datum()
    {
        var schema = AvroText.Schema(Tree);
        var datum = new AvroWriter().Long(300).Long(1).Long(2).Long(0).Long(0).ToArray();
        var text = new Core.Json.ByteWriter();
        new AvroTranscoder().Write(datum, 0, schema, text).ShouldBeNull();
        var place = text.Written.IndexOf("2,"u8);
        new AvroTranscoder().Locate(datum, 0, schema, place, text).ShouldBe(3);
        new AvroTranscoder().Locate(datum, 0, schema, 0, text).ShouldBe(0);
    }
}
