using AuditStream.Core.Check;
using AuditStream.Streams.Check;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Tests.Check;

public sealed class CheckRulesTests
{
    private static readonly StreamsSettings settings = new() { BootstrapServers = "b:1", RawTopics = ["shop.a"], RawPattern = "bank\\..*|audit.*" };

    [Fact]
    public void Raw_topics_that_are_missing_compacted_short_lived_or_larger_are_named()
    {
        var facts = Facts(Topic("bank.x", ("cleanup.policy", "compact,delete"), ("retention.ms", "3600000"), ("retention.bytes", "1000"), ("max.message.bytes", "2000000")),
            Topic("audit.events"));
        var findings = RawTopicRules.Findings(settings, facts).ToList();
        findings.Select(finding => finding.Code).ShouldBe(
        [
            "raw-topic-missing", "own-topics-left-out", "pattern-matches", "raw-topic",
            "raw-topic-compacted", "raw-topic-retention", "raw-topic-retention-bytes", "raw-records-larger",
        ]);
        findings[0].Severity.ShouldBe(Severity.Error);
        findings[1].What.ShouldContain("audit.events");
        findings[4].Mend.ShouldBe("kafka-configs.sh --bootstrap-server b:1 --alter --entity-type topics --entity-name bank.x --add-config cleanup.policy=delete");
        findings[7].Mend.ShouldNotBeNull().ShouldStartWith("Raw:MaxRecordBytes=2000000");
    }

    [Theory]
    [InlineData(0, Severity.Error)]
    [InlineData(1, Severity.Warning)]
    public void A_pattern_that_matches_nothing_is_an_error_when_there_is_nothing_else_to_read(int topics, Severity severity)
    {
        var only = settings with { RawTopics = topics == 0 ? [] : ["shop.a"], RawPattern = "bank" };
        RawTopicRules.Findings(only, Facts(Topic("shop.a"))).Single(finding => finding.Code == "pattern-matches-nothing").Severity.ShouldBe(severity);
    }

    [Fact]
    public void A_right_that_is_missing_is_named_with_the_command_that_gives_it()
    {
        var facts = Facts(Topic("bank.x") with { Rights = ["Describe"], Settings = null }, Topic("audit.events") with { Rights = ["Read", "Describe"] });
        var raw = RawTopicRules.Findings(settings, facts).ToList();
        raw.Single(finding => finding.Code == "raw-topic-not-readable").Mend.ShouldNotBeNull().ShouldEndWith("--operation Read --topic bank.x");
        raw.Single(finding => finding.Code == "raw-topic-settings-unknown").Mend.ShouldNotBeNull().ShouldEndWith("--operation DescribeConfigs --topic bank.x");
        OwnTopicRules.Findings(settings, facts, normalizes: true, sinks: true).Single(finding => finding.Code == "own-topic-right-missing")
            .Mend.ShouldNotBeNull().ShouldEndWith("--operation Write --topic audit.events");
    }

    [Fact]
    public void A_final_topic_that_does_not_keep_events_whole_is_an_error()
    {
        var findings = OwnTopicRules.Findings(settings, Facts(Topic("audit.events", ("cleanup.policy", "compact"), ("max.message.bytes", "1048588"),
            ("message.timestamp.type", "LogAppendTime"), ("retention.ms", "3600000"))), normalizes: true, sinks: true).ToList();
        findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Code).ShouldBe(["own-topic-compacted", "own-topic-too-small"]);
        findings.Where(finding => finding.Severity == Severity.Warning).Select(finding => finding.Code).ShouldBe(["own-topic-append-time", "own-topic-retention", "one-copy"]);
        findings.Single(finding => finding.Code == "own-topic-too-small").Mend.ShouldNotBeNull().ShouldEndWith("--add-config max.message.bytes=2162712");
        findings.Where(finding => finding.Code == "own-topic-made-at-start").Select(finding => finding.Subject).ShouldBe(["audit.events.dlq", "auditstream-tasks"]);
    }

    [Fact]
    public void Topics_of_row_images_that_a_run_would_refuse_are_errors()
    {
        var keeping = settings with { KeepsImages = true, ImagePartitions = 4 };
        var repartition = Topic("auditstream-row-images-repartition") with { Partitions = 6 };
        var changelog = Topic("auditstream-row-images-changelog", ("cleanup.policy", "delete")) with { Partitions = 4, Rights = ["Write", "Describe"] };
        var findings = OwnTopicRules.Findings(keeping, Facts(repartition, changelog), normalizes: true, sinks: true, keepsImages: true)
            .Where(finding => finding.Severity == Severity.Error).ToList();
        findings.Select(finding => (finding.Subject, finding.Code)).ShouldBe(
        [
            ("auditstream-row-images-repartition", "own-topic-partitions"),
            ("auditstream-row-images-changelog", "own-topic-right-missing"),
            ("auditstream-row-images-changelog", "own-topic-not-compacted"),
        ]);
        findings[0].Mend.ShouldNotBeNull().ShouldStartWith("Images:Partitions=6; or");
        findings[1].Mend.ShouldNotBeNull().ShouldEndWith("--operation Read --topic auditstream-row-images-changelog");
        var none = OwnTopicRules.Findings(keeping with { CreateTopics = false }, Facts(), normalizes: true, sinks: true, keepsImages: true).ToList();
        none[4].Mend.ShouldNotBeNull().ShouldContain("--topic auditstream-row-images-changelog --partitions 4 --config cleanup.policy=compact");
    }

    [Fact]
    public void A_topic_of_tasks_that_a_run_would_refuse_is_an_error_where_tasks_run()
    {
        var tasks = Topic("auditstream-tasks", ("cleanup.policy", "compact,delete")) with { Partitions = 3, Rights = ["Write", "Describe"] };
        OwnTopicRules.Findings(settings, Facts(tasks), normalizes: true, sinks: false).Where(finding => finding.Severity == Severity.Error)
            .Select(finding => finding.Code).ShouldBe(["own-topic-partitions", "own-topic-right-missing", "own-topic-not-compacted"]);
        OwnTopicRules.Findings(settings, Facts(tasks), normalizes: false, sinks: true).ShouldNotContain(finding => finding.Subject == "auditstream-tasks");
    }

    [Theory]
    [InlineData(3, "1", "min-insync-replicas", Severity.Warning)]
    [InlineData(2, "3", "min-insync-replicas", Severity.Error)]
    [InlineData(3, "2", null, Severity.Ok)]
    [InlineData(1, "1", "one-copy", Severity.Warning)]
    public void Copies_decide_what_a_lost_disk_costs(int copies, string minimum, string? code, Severity severity)
    {
        var topic = Topic("audit.events", ("min.insync.replicas", minimum)) with { Copies = copies };
        var finding = OwnTopicRules.Findings(settings, Facts(topic), normalizes: true, sinks: true).FirstOrDefault(finding => finding.Severity != Severity.Ok);
        finding?.Code.ShouldBe(code);
        (finding?.Severity ?? Severity.Ok).ShouldBe(severity);
    }

    [Fact]
    public void A_topic_that_this_login_may_not_see_is_not_said_to_be_made() =>
        OwnTopicRules.Findings(settings, Facts() with { Hidden = ["audit.events"] }, normalizes: true, sinks: true)
            .Select(finding => (finding.Subject, finding.Code)).ShouldBe([("audit.events", "own-topic-right-missing"), ("audit.events.dlq", "own-topic-made-at-start"),
                ("auditstream-tasks", "own-topic-made-at-start")]);

    [Fact]
    public void A_topic_that_nobody_makes_is_an_error_with_the_command_that_makes_it() =>
        OwnTopicRules.Findings(settings with { CreateTopics = false }, Facts(), normalizes: true, sinks: true).Select(finding => finding.Mend).First().ShouldBe(
            "kafka-topics.sh --bootstrap-server b:1 --create --topic audit.events --partitions 6 --config cleanup.policy=delete --config max.message.bytes=2162712 --config message.timestamp.type=CreateTime");

    [Fact]
    public void A_group_that_was_never_there_is_not_called_dead()
    {
        var group = new GroupFacts("auditstream", "Dead", [], new Dictionary<TopicPartition, long?> { [new TopicPartition("t", 0)] = null });
        GroupRules.Findings(settings, group, Facts()).Select(finding => finding.What).ShouldBe(
            ["is not there yet: a run makes it, and reads its topics from their beginning; 0 of 1 partitions committed, 0 offsets behind."]);
    }

    // Such a configuration passed, and the events of these tables came only once somebody ran images.
    [Fact]
    public void Changes_that_are_forwarded_and_that_nobody_takes_are_told()
    {
        var keeping = settings with { KeepsImages = true };
        GroupRules.ImagesElsewhere(keeping, []).ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe("images-elsewhere"),
            finding => finding.Severity.ShouldBe(Severity.Warning),
            finding => finding.What.ShouldBe("has no members, and Roles of this configuration leaves images out."));
        GroupRules.ImagesElsewhere(keeping, members: null).What.ShouldStartWith("does not tell its members");
        GroupRules.ImagesElsewhere(keeping, ["images-1"]).Severity.ShouldBe(Severity.Ok);
    }

    [Fact]
    public void Offsets_that_retention_has_passed_are_a_gap_in_the_trail()
    {
        var (gone, beyond, never, fine) = (new TopicPartition("t", 0), new TopicPartition("t", 1), new TopicPartition("t", 2), new TopicPartition("t", 3));
        var facts = new ClusterFacts
        {
            Ranges = new Dictionary<TopicPartition, (long, long)> { [gone] = (100, 200), [beyond] = (0, 50), [never] = (7, 50), [fine] = (0, 50) },
        };
        var group = new GroupFacts("auditstream", "Stable", ["auditstream-1"], new Dictionary<TopicPartition, long?> { [gone] = 40, [beyond] = 60, [never] = null, [fine] = 50 });
        var findings = GroupRules.Findings(settings, group, facts).ToList();
        findings.Select(finding => finding.Code).ShouldBe(["group", "offsets-passed", "offsets-beyond-end", "beginning-gone"]);
        findings[0].What.ShouldBe("has 1 members (Stable: auditstream-1); 3 of 4 partitions committed, 100 offsets behind.");
        findings[1].What.ShouldContain("60 offsets are gone unread");
        findings[1].Severity.ShouldBe(Severity.Error);
    }

    [Fact]
    public void A_time_out_that_the_brokers_do_not_allow_is_an_error()
    {
        var facts = new ClusterFacts { BrokerSettings = new Dictionary<string, string> { ["transaction.max.timeout.ms"] = "5000" } };
        TransactionRules.OfBroker(settings, facts).ShouldHaveSingleItem().Mend.ShouldBe("Streams:TransactionTimeoutMilliseconds=5000");
        TransactionRules.Refused(settings, new ClientException(ClientErrorClass.Fatal, "TransactionalIdAuthorizationFailed", "no")).Mend.ShouldNotBeNull()
            .ShouldContain("--transactional-id auditstream- --resource-pattern-type prefixed");
    }

    [Theory]
    [InlineData(ErrorCode.Local_Authentication, "because of this", "kafka-authentication")]
    [InlineData(ErrorCode.Local_Ssl, "because of this", "kafka-authentication")]
    [InlineData(ErrorCode.Local_Transport, "because of this", "kafka-not-reachable")]
    [InlineData(ErrorCode.Local_Resolve, "because of this", "kafka-not-reachable")]
    [InlineData(ErrorCode.Local_Transport, "SSL handshake failed: Disconnected", "kafka-authentication")]
    [InlineData(ErrorCode.Local_Transport, "Disconnected: might be caused by incorrect security.protocol configuration", "kafka-authentication")]
    public void What_the_client_has_met_names_the_cause(ErrorCode code, string reason, string expected)
    {
        var finding = ReachRules.NotReached(settings, new Error(ErrorCode.Local_TimedOut, "timed out"), [new Error(code, reason)]);
        finding.Code.ShouldBe(expected);
        finding.What.ShouldEndWith(reason + ".");
    }

    private static ClusterFacts Facts(params TopicFacts[] topics) => new()
    {
        Brokers = 3,
        Names = topics.ToDictionary(topic => topic.Name, topic => topic.Partitions),
        Topics = topics.ToDictionary(topic => topic.Name),
    };

    private static TopicFacts Topic(string name, params (string Name, string Value)[] values) =>
        new(name, Partitions: 2, Copies: 1, values.ToDictionary(value => value.Name, value => value.Value), Rights: null);
}
