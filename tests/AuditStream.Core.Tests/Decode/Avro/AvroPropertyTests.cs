using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;
using AuditStream.Core.Tests.Properties;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>Random schemas with random values, and bytes that nobody meant.</summary>
public sealed class AvroPropertyTests
{
    private const int Seed = 20_260_103;
    private const int HostileBytes = 1_000_000;

    private const string Envelope =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"fields\":[{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Value\",\"fields\":["
        + "{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"string\"]}},"
        + "{\"name\":\"self\",\"type\":[\"null\",\"Value\"]},{\"name\":\"map\",\"type\":{\"type\":\"map\",\"values\":\"Value\"}},"
        + "{\"name\":\"nothing\",\"type\":{\"type\":\"array\",\"items\":\"null\"}},{\"name\":\"raw\",\"type\":[\"null\",\"bytes\"]}]}]},"
        + "{\"name\":\"op\",\"type\":\"string\"}]}";

    [Fact]
    public void What_was_encoded_is_decoded()
    {
        var transcoder = new AvroTranscoder();
        var text = new ByteWriter();
        var containers = 0;
        Forall.Of(MadeDatum.All, MadeDatum.Shrink, count: 2_000, made =>
        {
            transcoder.Write(made.Binary, 0, AvroText.Schema(made.Schema), text).ShouldBeNull();
            Encoding.UTF8.GetString(text.Written).ShouldBe(made.Json);
            containers += made.Type.Parts.Length > 0 ? 1 : 0;
        });
        containers.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Every_truncation_of_a_datum_is_refused_as_truncated_where_it_ends()
    {
        var transcoder = new AvroTranscoder();
        var text = new ByteWriter();
        Forall.Of(MadeDatum.All, MadeDatum.Shrink, count: 300, made =>
        {
            var schema = AvroText.Schema(made.Schema);
            var datum = made.Binary;
            for (var length = 0; length < datum.Length; length++)
            {
                var rejection = transcoder.Write(datum.AsSpan(0, length), 0, schema, text).ShouldNotBeNull();
                (rejection.Code, rejection.ByteOffset).ShouldBe((RejectionCode.TruncatedAvro, length));
            }
        });
    }

    [CapturedMessagesFact]
    public void Every_truncation_and_every_altered_byte_of_a_captured_message_has_one_outcome()
    {
        var random = new Random(Seed);
        var decoder = new Core.Decode.Decoder(new DecodeSettings(), CapturedSchemas.Read());
        foreach (var record in CapturedMessages.Read("pg-e-avro"))
        {
            if (record.Value is not { } value)
                continue;
            for (var length = 1; length < value.Length; length += 1 + value.Length / 400)
                decoder.Decode(record with { Value = value[..length] }).Rejection.ShouldNotBeNull().ByteOffset.ShouldBeLessThanOrEqualTo(length);
            for (var round = 0; round < 200; round++)
            {
                var altered = value.ToArray();
                altered[random.Next(altered.Length)] = (byte)random.Next(256);
                OneOutcome(decoder.Decode(record with { Value = altered }), altered.Length);
            }
        }
    }

    [Fact]
    public void Random_and_hostile_bytes_have_an_outcome_and_no_length_that_they_name_is_allocated()
    {
        var random = new Random(Seed);
        var decoder = new Core.Decode.Decoder(new DecodeSettings(), new MadeSchemas().With(1, Envelope));
        var hostile = new List<byte[]>
        {
            Bytes(_ => 0x00), Bytes(_ => 0xFF), Bytes(_ => 0x80), Bytes(_ => 0x01), Bytes(_ => 0x02), Bytes(place => (byte)(place % 3)),
            Bytes(place => (byte)(place % 2)), Bytes(_ => (byte)random.Next(256)), Bytes(_ => (byte)random.Next(4)), ManyEmpty(), Wide(),
        };
        foreach (var datum in hostile)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            OneOutcome(decoder.Decode(Debezium.Given.Record(value: null) with { Value = AvroWriter.Framed(1, datum) }), datum.Length + 5);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * AvroTranscoder.MaxTextBytes, Convert.ToHexString(datum.AsSpan(0, 8)));
        }

        for (var round = 0; round < 20_000; round++)
        {
            var datum = new byte[random.Next(60)];
            random.NextBytes(datum);
            OneOutcome(decoder.Decode(Debezium.Given.Record(value: null) with { Value = AvroWriter.Framed(1, datum) }), datum.Length + 5);
        }
    }

    private static void OneOutcome(in DecodeResult result, int length)
    {
        var outcomes = (result.Rejection is null ? 0 : 1) + (result.Skip == SkipReason.None ? 0 : 1) + (result.Changes.Count > 0 ? 1 : 0);
        outcomes.ShouldBe(1);
        if (result.Rejection is { } rejection)
            rejection.ByteOffset.ShouldBeInRange(-1, length);
    }

    /// <summary>A row with a billion values of no bytes.</summary>
    private static byte[] ManyEmpty() =>
        new AvroWriter().Long(1).Long(1).Long(0).Long(0).Long(0).Long(1_000_000_000).Raw(new byte[HostileBytes]).ToArray();

    /// <summary>A row with a map of as many entries as the bytes have room for.</summary>
    private static byte[] Wide()
    {
        var datum = new AvroWriter().Long(1).Long(1).Long(0).Long(0).Long(HostileBytes);
        while (datum.Length < HostileBytes)
            datum.Long(0).Long(1).Long(0).Long(0).Long(0).Long(0).Long(0);
        return datum.ToArray();
    }

    private static byte[] Bytes(Func<int, byte> at)
    {
        var bytes = new byte[HostileBytes];
        for (var place = 0; place < bytes.Length; place++)
            bytes[place] = at(place);
        return bytes;
    }
}
