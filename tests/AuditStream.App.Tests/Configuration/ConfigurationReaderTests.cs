using AuditStream.App.Configuration;
using AuditStream.Core.Decode;
using AuditStream.Streams.Settings;

namespace AuditStream.App.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Theory]
    [InlineData("normalize, sink", "Images:Partitions=4")]
    [InlineData("normalize, images, sink", "Images:State=on")]
    [InlineData("normalize, images, sink", "Sources:0:Tables:s.t:State=on")]
    [InlineData("normalize, sink", "Images:State=on", "Roles:0=normalize", "Roles:1=sink")]
    [InlineData("images", "Roles:0=images")]
    public void The_role_of_row_images_is_there_where_they_are_kept_unless_roles_are_named(string roles, params string[] settings)
    {
        var options = ConfigurationReader.Read(file: null, ["Raw:Topics=a", .. settings]);
        string.Join(", ", options.Roles.Select(role => WireName.Of(role))).ShouldBe(roles);
        EdgeSettings.Streams(options).KeepsImages.ShouldBe(roles.Contains("images", StringComparison.Ordinal) || settings.Contains("Images:State=on"));
    }

    [Fact]
    public void Several_hosts_and_which_of_them_is_wanted_are_a_connection_string()
    {
        const string Hosts = "Host=one:5432,two:5433;Database=d;Username=u;Target Session Attributes=";
        ConfigurationReader.Read(file: null, ["Raw:Topics=t", $"Postgres:ConnectionString={Hosts}read-write", $"Postgres:ReaderConnectionString={Hosts}prefer-standby"])
            .Postgres.ConnectionString.ShouldEndWith("read-write");
        Should.Throw<ConfigurationException>(() => ConfigurationReader.Read(file: null, ["Raw:Topics=t", $"Postgres:ConnectionString={Hosts}nonsense"]))
            .Problems.ShouldHaveSingleItem().Key.ShouldBe("Postgres:ConnectionString");
    }

    [Fact]
    public void Defaults_and_one_raw_topic_are_enough()
    {
        var options = Read("Raw:Topics=bank.accounts");
        options.ApplicationId.ShouldBe("auditstream");
        options.ProcessingGuarantee.ShouldBe(ProcessingGuarantee.ExactlyOnceV2);
        options.Roles.ShouldBe([ServiceRole.Normalize, ServiceRole.Sink]);
        options.Raw.Topics.ShouldBe(["bank.accounts"]);
    }

    [Theory]
    [InlineData("Streams:Treads=2", "Streams:Treads is no setting; the nearest is Streams:Threads.")]
    [InlineData("Kafka:BootstrapServer=x", "Kafka:BootstrapServer is no setting; the nearest is Kafka:BootstrapServers.")]
    [InlineData("Applicationid2=x", "Applicationid2 is no setting; the nearest is ApplicationId.")]
    [InlineData("Sources:0:Tables:a.b:ReplicaIdentiy=full",
        "Sources:0:Tables:a.b:ReplicaIdentiy is no setting; the nearest is Sources:0:Tables:a.b:ReplicaIdentity.")]
    [InlineData("Http:Quux=1", "Http:Quux is no setting; Http has Port, Host.")]
    [InlineData("Http:Port=abc", "Http:Port is 'abc'; a whole number is expected.")]
    [InlineData("Http:Port=65536", "Http:Port is 65536; it must lie between 0 and 65535.")]
    [InlineData("Final:CreateTopics=maybe", "Final:CreateTopics is 'maybe'; true or false is expected.")]
    [InlineData("ProcessingGuarantee=exactly_twice",
        "ProcessingGuarantee is 'exactly_twice'; one of exactly_once_v2, at_least_once is expected.")]
    [InlineData("ProcessingGuarantee=1", "ProcessingGuarantee is '1'; one of exactly_once_v2, at_least_once is expected.")]
    [InlineData("Roles=normalise", "Roles is 'normalise'; one of normalize, images, sink is expected.")]
    [InlineData("Streams:Threads=0", "Streams:Threads is 0; it must lie between 1 and 64.")]
    [InlineData("Streams=4", "Streams is a section: it has settings and no value of its own.")]
    [InlineData("Streams:Threads:0=4", "Streams:Threads has parts below it; a whole number from 1 to 64 is expected.")]
    [InlineData("Sources:first:Name=x", "Sources:first is no place in a list; a number from 0 is expected.")]
    [InlineData("Kafka:Client:group.id=x", "Kafka:Client:group.id cannot be set: the group is the application id.")]
    [InlineData("Kafka:Client:ISOLATION_LEVEL=x", "Kafka:Client:isolation.level cannot be set: it makes a new owner wait for the pending offsets of the old one.")]
    [InlineData("Kafka:Client:securty.protocol=ssl",
        "Kafka:Client is not what the Kafka client takes: No such configuration property: \"securty.protocol\".")]
    [InlineData("Kafka:Client:consumer.fetch.wait=1",
        "Kafka:Client is not what the Kafka client takes: No such configuration property: \"fetch.wait\".")]
    [InlineData("Final:DeadLetterTopic=audit.events", "Final:DeadLetterTopic is the same as Final:Topic.")]
    [InlineData("Sources:0:Tables:accounts:Key=id", "Sources:0:Tables:accounts is not of the form schema.table.")]
    [InlineData("Sources:0:BeforeImageMember=data", "Sources:0:BeforeImageMember is a member that every record has for something else.")]
    [InlineData("ApplicationId=a b", "ApplicationId must be 1 to 180 letters, digits, dots, underscores or hyphens.")]
    public void A_mistake_is_named_with_its_key_and_what_would_be_right(string setting, string message) =>
        Problems("Raw:Topics=t", setting).ShouldBe([message]);

    [Theory]
    [InlineData("(", "Raw:Pattern is not a regular expression: InsufficientClosingParentheses at character 2.")]
    [InlineData(@"(a)\1", "Raw:Pattern has \\1, which the Kafka client's expressions (extended POSIX) do not know: no part can refer back to another.")]
    [InlineData(@"app-\d+", "Raw:Pattern has \\d, which the Kafka client's expressions (extended POSIX) do not know: write [0-9].")]
    public void A_bad_regular_expression_is_refused(string pattern, string message) => Problems($"Raw:Pattern={pattern}").ShouldBe([message]);

    [Fact]
    public void A_source_may_use_more_of_regular_expressions_but_no_lookaround()
    {
        Read("Raw:Topics=t", @"Sources:0:TopicPattern=(?:app|shop)-\d+").Sources.ShouldHaveSingleItem();
        Problems("Raw:Topics=t", "Sources:0:TopicPattern=a(?=b)")
            .ShouldBe(["Sources:0:TopicPattern uses a backreference or lookaround, which regular expressions here may not."]);
    }

    [Theory]
    [InlineData("broker:99999", "has 'broker:99999', whose port does not lie between 1 and 65535.")]
    [InlineData("broker:port", "has 'broker:port', whose port does not lie between 1 and 65535.")]
    [InlineData("a:1,http://broker:9092", "has 'http://broker:9092', which is not of the form host:port.")]
    [InlineData("a:1,,b:2", "has '', which is not of the form host:port.")]
    public void A_broker_is_a_host_with_a_port(string servers, string message) =>
        Problems("Raw:Topics=t", $"Kafka:BootstrapServers={servers}").ShouldBe(["Kafka:BootstrapServers " + message]);

    [Theory]
    [InlineData("broker")]
    [InlineData("b-1.msk.eu-west-1.amazonaws.com:9098, [::1]:9092,SASL_SSL://broker:9093")]
    public void Brokers_are_written_as_the_client_takes_them(string servers) =>
        Read("Raw:Topics=t", $"Kafka:BootstrapServers={servers}").Kafka.BootstrapServers.ShouldBe(servers);

    [Fact]
    public void A_source_that_can_never_get_a_record_is_refused()
    {
        Problems("Raw:Topics=t", "Sources:0:Name=a", "Sources:1:TopicPattern=t").ShouldBe(
            ["Sources:1 never gets a record: Sources:0 has no TopicPattern and takes every topic; put it last or give it one."]);
        Problems("Raw:Topics=t", "Sources:0:TopicPattern=t", "Sources:1:TopicPattern=t").ShouldBe(
            ["Sources:1:TopicPattern is that of Sources:0, which gets the records: one of the two must go, or match other topics."]);
    }

    [Fact]
    public void Images_of_rows_are_kept_in_transactions_only()
    {
        const string Message = "ProcessingGuarantee must be exactly_once_v2 where images of rows are kept: without transactions an old image may outlive a newer one.";
        Problems("Raw:Topics=t", "ProcessingGuarantee=at_least_once", "Images:State=on").ShouldBe([Message]);
        Problems("Raw:Topics=t", "ProcessingGuarantee=at_least_once", "Sources:0:Tables:s.t:State=on").ShouldBe([Message]);
        Read("Raw:Topics=t", "ProcessingGuarantee=at_least_once", "Sources:0:Tables:s.t:State=off").Sources.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_delimiter_of_lines_may_be_blank_and_is_no_end_of_a_line()
    {
        // JSON's own \t and \n are a tab and a line feed by the time they are here.
        var lines = Read("Raw:Topics=t", "Sources:0:DmsCsv:Delimiter=\t", "Sources:0:DmsCsv:RowDelimiter=\n").Sources[0].DmsCsv;
        (lines.Delimiter, lines.RowDelimiter).ShouldBe(("\t", "\n"));
        Problems("Raw:Topics=t", "Sources:0:DmsCsv:Delimiter=").ShouldBe(["Sources:0:DmsCsv:Delimiter is empty."]);
        Problems("Raw:Topics=t", "Sources:0:DmsCsv:Delimiter=\n").ShouldBe(
            ["Sources:0:DmsCsv:RowDelimiter is what stands between fields, too: a line would have no end."]);
        Problems("Raw:Topics=t", "Sources:0:Tables:s.t:Columns=id,a,id").ShouldBe(["Sources:0:Tables:s.t:Columns names a column twice."]);
    }

    [Fact]
    public void A_problem_of_a_file_names_its_line_and_comments_are_allowed()
    {
        using var file = new TemporaryFile("""
            {
              // what to read
              "Raw": {
                "Topics": ["t"],
                "MaxRecordBytes": 10,
              },
              "Streams": { "Threads": 2, "Treads": 3 },
              "$schema": "appsettings.schema.json"
            }
            """);
        Should.Throw<ConfigurationException>(() => ConfigurationReader.Read(file.Path, [])).Problems.Select(problem => problem.ToString()).ShouldBe(
            [
                "Streams:Treads (appsettings.json line 7) is no setting; the nearest is Streams:Threads.",
                "Raw:MaxRecordBytes (appsettings.json line 5) is 10; it must lie between 1024 and 499000000.",
            ]);
    }

    [Theory]
    [InlineData("{ \"Raw\": {},\n \"raw\": {} }", "appsettings.json names raw twice, on line 1 and on line 2.")]
    [InlineData("[]", "appsettings.json is not a JSON object with settings in it: { … }.")]
    [InlineData("", "appsettings.json is not valid JSON: line 1, byte 1.")]
    public void A_file_that_is_no_configuration_says_why(string text, string message)
    {
        using var file = new TemporaryFile(text);
        Should.Throw<ConfigurationException>(() => ConfigurationReader.Read(file.Path, [])).Problems.ShouldHaveSingleItem().ToString().ShouldBe(message);
    }

    [Fact]
    public void A_hidden_file_and_one_with_a_byte_order_mark_are_read()
    {
        using var file = new TemporaryFile("{}");
        var hidden = Path.Combine(Path.GetDirectoryName(file.Path).ShouldNotBeNull(), ".audit.json");
        File.WriteAllText(hidden, """{ "Raw": { "Topics": ["t"] } }""", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        ConfigurationReader.Read(hidden, []).Raw.Topics.ShouldBe(["t"]);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once() =>
        Problems("Streams:Threads=0", "Http:Prt=1", "Raw:Pattern=(", "Sources:0:TopicPattern=[", "Log:Level=loud").Length.ShouldBe(5);

    [Fact]
    public void Nothing_to_read_is_an_error_for_normalize_only()
    {
        Problems().ShouldBe(["Raw:Topics is empty, and so is Raw:Pattern; one of them must say which topics to read."]);
        Read("Roles=sink").Raw.Topics.ShouldBeEmpty();
    }

    [Fact]
    public void A_secret_of_a_wrong_form_is_not_repeated() =>
        Problems("Raw:Topics=t", "Identity:Key=c2hvcnQ=").ShouldBe(["Identity:Key is not base64 of 32 bytes or more."]);

    [Fact]
    public void A_file_that_is_not_there_is_an_error()
    {
        var exception = Should.Throw<ConfigurationException>(() => ConfigurationReader.Read("no-such-file.json", ["Raw:Topics=t"]));
        exception.Problems.ShouldHaveSingleItem().Message.ShouldEndWith("no-such-file.json, which does not exist");
    }

    [Fact]
    public void A_file_that_is_no_json_is_an_error_with_its_line()
    {
        using var file = new TemporaryFile("{\n  \"Raw\": { \"Topics\": [ }\n}");
        var exception = Should.Throw<ConfigurationException>(() => ConfigurationReader.Read(file.Path, ["Raw:Topics=t"]));
        exception.Problems.ShouldHaveSingleItem().Message.ShouldBe("is not valid JSON: line 2, byte 24");
    }

    [Fact]
    public void File_lists_dictionaries_and_enums_are_read_and_the_command_line_wins()
    {
        using var file = new TemporaryFile("""
            {
              "Roles": ["normalize"],
              "Raw": { "Topics": ["a", "b", "c"] },
              "Kafka": { "Client": { "socket.timeout.ms": 1000 } },
              "Sources": [{ "TopicPattern": "bank\\..*", "ReplicaIdentity": "key", "SkippedTables": [],
                            "Tables": { "bank.accounts": { "ReplicaIdentity": "FULL", "Key": ["id", "branch"] } } }],
              "Protect": { "Rules": [{ "Table": "bank.*", "Column": "iban", "Action": "mask" }] },
              "Emit": { "Images": "after" }
            }
            """);
        var options = ConfigurationReader.Read(file.Path, ["Raw:Topics=z,y", "Streams:Threads=3"]);
        options.Roles.ShouldBe([ServiceRole.Normalize]);
        options.Raw.Topics.ShouldBe(["z", "y"]);
        options.Kafka.Client["socket.timeout.ms"].ShouldBe("1000");
        options.Streams.Threads.ShouldBe(3);
        var source = options.Sources.ShouldHaveSingleItem();
        source.ReplicaIdentity.ShouldBe(ReplicaIdentity.Key);
        source.SkippedTables.ShouldBeEmpty();
        source.Tables["bank.accounts"].ReplicaIdentity.ShouldBe(ReplicaIdentity.Full);
        source.Tables["bank.accounts"].Key.ShouldBe(["id", "branch"]);
        options.Protect.Rules.ShouldHaveSingleItem().Column.ShouldBe("iban");
    }

    private static AuditStreamOptions Read(params string[] settings) => ConfigurationReader.Read(file: null, settings);

    private static string[] Problems(params string[] settings) =>
        [.. Should.Throw<ConfigurationException>(() => Read(settings)).Problems.Select(problem => problem.ToString())];
}
