using System.Text;
using System.Text.RegularExpressions;
using AuditStream.App.Explain;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.Explain;

public sealed partial class ExplainPageTests
{
    private const string Source =
        "\"source\":{\"connector\":\"postgresql\",\"name\":\"shop\",\"db\":\"shop\",\"schema\":\"public\",\"table\":\"orders\",\"lsn\":26651832,\"txId\":748,\"ts_us\":1748859300000125}";

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_of_a_page_is_wider_than_the_terminal(int columns)
    {
        foreach (var file in Directory.GetFiles(CapturedFiles.OwnFolder, "*.jsonl"))
        {
            var page = PageOf(File.ReadAllText(file), columns: columns);
            page.Split('\n').Max(line => line.Length).ShouldBeLessThanOrEqualTo(columns);
            page.ShouldNotContain("\u001b");
            page.ShouldNotContain(" \n");
        }
    }

    [Fact]
    public void A_list_of_records_is_told_how_to_be_taken_apart() =>
        PageOf("""[{"op":"c"}]""").ShouldContain("jq -c '.[]' FILE");

    [Fact]
    public void A_captured_record_with_a_wrong_member_is_told_what_one_has() =>
        PageOf("""{"topic":"t","partition":"x","offset":0,"key_b64":null,"value_b64":"e30="}""").ShouldContain("whole numbers");

    [Fact]
    public void A_flat_row_that_names_no_table_says_who_does() =>
        PageOf("""{"id":7,"__deleted":"false"}""", key: "{\"id\":7}").ShouldContain("the table, for certain");

    [Theory]
    [InlineData("update", "data", "IncludeTransactionDetails of the endpoint gives it")]
    [InlineData("drop-table", "control", "what DMS told its target to do, which is no proof of a change in the source")]
    public void A_record_of_DMS_says_what_its_task_left_out(string operation, string type, string expected)
    {
        var metadata = $"\"record-type\":\"{type}\",\"operation\":\"{operation}\",\"schema-name\":\"public\",\"table-name\":\"orders\"";
        PageOf($"{{\"data\":{{\"id\":7}},\"metadata\":{{{metadata},\"timestamp\":\"2025-06-15T10:00:01Z\"}}}}", columns: 250).ShouldContain(expected);
    }

    [Fact]
    public void An_update_says_what_was_recognised_and_shows_the_diff()
    {
        var page = PageOf($$"""{"before":{"id":7,"note":null,"state":"open"},"after":{"id":7,"note":"ring","state":"paid"},{{Source}},"op":"u"}""", key: "{\"id\":7}");
        page.ShouldBe("""
            1  event  orders.raw, partition 0, offset 0
               update      public.orders  id=7
               recognised  Debezium; JSON without schema (values as the connector wrote them); postgresql; a
                           streamed change, no snapshot; source shop, database shop
               key         id: from the record's key
               when        2025-06-02T10:15:00.000125Z, the source's commit time; transaction 748
               identity    strong: by its place in the source's log (lsn 26651832) and its key
               changed     note   NULL → ring
                           state  open → paid

            1 record: 1 emitted (1 event), 0 skipped, 0 rejected.

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public void Colour_shows_the_old_value_red_and_the_new_one_green()
    {
        var page = PageOf($$"""{"before":{"id":7,"state":"open"},"after":{"id":7,"state":"paid"},{{Source}},"op":"u"}""", key: "{\"id\":7}", isColoured: true);
        page.ShouldContain("\u001b[31mopen\u001b[0m");
        page.ShouldContain("\u001b[32mpaid\u001b[0m");
    }

    [Fact]
    public void An_unknown_before_image_is_said_with_its_reason()
    {
        var page = Words(PageOf($$"""{"before":null,"after":{"id":7,"state":"paid"},{{Source}},"op":"u"}""", key: "{\"id\":7}"));
        page.ShouldContain("row id 7 state paid");
        page.ShouldContain("not known what changed, and from what: the source sent no before-image: REPLICA IDENTITY DEFAULT?");
        page.ShouldContain("ALTER TABLE public.orders REPLICA IDENTITY FULL");
    }

    [Theory]
    [InlineData(
        """{"id":7,"state":"paid","__op":"u","__table":"orders","__source_ts_ms":1748859300000}""",
        "recognised Debezium, a flat row out of its envelope; JSON without schema",
        "what changed, and from what: ExtractNewRecordState takes the old row out of the record, and keeps the new one")]
    [InlineData(
        """{"data":{"id":7},"metadata":{"timestamp":"2025-06-02T10:15:00Z","record-type":"data","operation":"update","schema-name":"s","table-name":"t"}}""",
        "recognised AWS DMS; JSON without schema",
        "the source sent no before-image: BeforeImageSettings of the task")]
    [InlineData(
        """{"data":{"id":7},"metadata":{"timestamp":"2025-06-02T10:15:00Z","record-type":"data","operation":"load","schema-name":"s","table-name":"t"}}""",
        "an existing row, read by a full load: nothing changed",
        "weak: by topic, partition and offset only, because no key tells this row of the snapshot from others")]
    [InlineData(
        """{"data":{"id":7},"metadata":{"timestamp":"2025-06-02T10:15:00Z","record-type":"data","operation":"insert","schema-name":"s","table-name":"t"}}""",
        "weak: by topic, partition and offset only, because the record does not say where in the source's log it stood (the endpoint's",
        "the columns that the record leaves out: NULL, empty or not logged")]
    [InlineData(
        """{"data":{"id":7},"metadata":{"record-type":"data","operation":"merge","schema-name":"s","table-name":"t"}}""",
        "recognised AWS DMS; JSON without schema",
        "reject unknown-operation")]
    public void Each_form_of_record_is_named_and_has_its_own_reasons(string value, string one, string other)
    {
        var page = Words(PageOf(value));
        page.ShouldContain(one);
        page.ShouldContain(other);
    }

    [Fact]
    public void A_missing_key_and_a_weak_identity_are_said_with_their_reason()
    {
        var page = Words(PageOf($$"""{"before":{"id":7,"state":"a"},"after":{"id":7,"state":"b"},{{Source}},"op":"u"}"""));
        page.ShouldContain("key none");
        page.ShouldContain("weak: by topic, partition and offset only, because rows may share a place in the source's log, and no key tells them apart.");
        page.ShouldContain("which row: key none. The record names no key, nor does configuration: Sources:…:Tables:public.orders:Key");
    }

    [Fact]
    public void A_key_from_configuration_is_said_to_be_one()
    {
        var source = new SourceSettings { Tables = new Dictionary<string, TableSettings> { ["public.orders"] = new() { Key = ["id"] } } };
        var page = Words(PageOf($$"""{"before":null,"after":{"id":7},{{Source}},"op":"c"}""", source: source));
        page.ShouldContain("key id: columns named by configuration, values from the row");
        page.ShouldContain("insert public.orders id=7");
    }

    [Fact]
    public void Withheld_and_hidden_values_are_told_apart()
    {
        var page = Words(PageOf(
            $$"""{"before":null,"after":{"id":7,"card":"2","doc":"__debezium_unavailable_value"},{{Source}},"op":"u"}""",
            key: "{\"id\":7}",
            protect: new ProtectSettings { Version = "3", Rules = [new ProtectRule { Table = "*", Column = "card", Action = FieldAction.Mask }] }));
        page.ShouldContain("doc: unavailable. The source withheld the value");
        page.ShouldContain("hidden by policy 3: card (mask)");
        page.ShouldContain("row card *** id 7");
    }

    [Fact]
    public void A_rejection_shows_where_in_the_bytes_it_went_wrong()
    {
        var page = PageOf("{\"before\":null,\"after\":nul}", columns: 80);
        page.ShouldStartWith("1  reject malformed-json  ");
        page.ShouldContain("at byte 26 of the value's 27");
        page.ShouldContain("               >     26  7d                                   }\n");
        page.ShouldContain("1 record: 0 emitted (0 events), 0 skipped, 1 rejected. malformed-json 1.");
    }

    [Fact]
    public void An_unknown_shape_shows_how_it_begins()
    {
        var page = Words(PageOf($$"""{"some":"{{new string('x', 5_000_000)}}\u202e"}"""));
        page.ShouldContain("reject unknown-shape");
        page.ShouldContain("it begins {\"some\":\"xxx");
        page.Length.ShouldBeLessThan(1_000);
    }

    [Fact]
    public void A_skip_says_what_the_record_is()
    {
        var page = Words(PageOf("{\"ts_ms\":5}"));
        page.ShouldContain("1 skip heartbeat a value of topic orders.raw");
        page.ShouldContain("what it is The connector's sign of life");
    }

    [Fact]
    public void A_long_or_tearing_value_does_not_spoil_the_page()
    {
        var page = PageOf($$"""{"before":null,"after":{"id":7,"a":"x\ny\u001b[31m\u202ez","b":"{{new string('é', 3_000)}}"},{{Source}},"op":"c"}""", key: "{\"id\":7}");
        page.ShouldContain(@"x\ny\u001b[31m\u202ez");
        page.Count('é').ShouldBe(EventParagraph.MaxValueCharacters - 1);
        page.Split('\n').Max(line => line.Length).ShouldBeLessThanOrEqualTo(100);
    }

    private static string PageOf(
        string text, string? key = null, int columns = 100, bool isColoured = false, SourceSettings? source = null, ProtectSettings? protect = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        var page = new ExplainPage(output, new PageStyle(columns, isColoured));
        var normalizer = new Normalizer(new NormalizerSettings
        {
            Decode = new DecodeSettings { Sources = [source ?? new SourceSettings { ReplaceNullWithDefault = false }] },
            Protect = protect ?? new ProtectSettings(),
            IdentityKey = new IdentityKey(new byte[IdentityKey.MinimumBytes]),
            ConfigHash = "0",
            ProductVersion = "0",
        });
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var (number, explained) = (0, new ExplainOutput());
        foreach (var one in new InputTexts(new ByteLines(stream)).Read())
        {
            var input = ExplainInput.Read(one, ++number, "orders.raw");
            if (key is not null)
            {
                var record = new RawRecord
                {
                    Topic = input.Record.Topic,
                    Partition = 0,
                    Offset = input.Record.Offset,
                    TimestampMilliseconds = 0,
                    Key = Encoding.UTF8.GetBytes(key),
                    Value = input.Record.Value,
                    Headers = [],
                };
                input = input with { Form = InputForm.Captured, Record = record };
            }
            explained.Clear();
            var outcome = normalizer.Process(input.Record, explained);
            page.Write(input, outcome, normalizer.Recognised, explained.Events);
        }
        page.WriteSums();
        return output.ToString();
    }

    // Where a line is broken is of no meaning here.
    private static string Words(string page) => Blanks().Replace(page, " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
