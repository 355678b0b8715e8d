using AuditStream.App.Explain;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Tests.Explain;

public sealed class RecognitionTextTests
{
    [Fact]
    public void Every_form_has_words_of_its_own()
    {
        var words = Enum.GetValues<RecordForm>().Where(form => form != RecordForm.Unknown)
            .Select(form => RecognitionText.Of(new Recognition(RecordFraming.None, Schema: null, form))).ToArray();
        words.ShouldNotContain("");
        words.ShouldBeUnique();
    }

    [Fact]
    public void What_is_not_recognised_is_not_named() =>
        RecognitionText.Of(new Recognition(RecordFraming.Json, Schema: null, RecordForm.Unknown)).ShouldBe("");

    [Fact]
    public void The_schema_of_a_registry_is_named() =>
        RecognitionText.Of(new Recognition(RecordFraming.Avro, new SchemaId(SchemaIdKind.Confluent, 12), RecordForm.DebeziumEnvelope))
            .ShouldBe("Debezium; Avro, schema 12");
}
