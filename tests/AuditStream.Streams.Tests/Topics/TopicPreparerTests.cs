using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Tests.Topics;

/// <summary>The pipeline's own topics before the first record: made as they must be, waited for, or refused with what to do.</summary>
public sealed class TopicPreparerTests : IDisposable
{
    private const int MaxPauses = 100;
    private readonly CancellationTokenSource stop = new();
    private readonly CollectedLog log = new();
    private readonly ThreadStatus status = new("topics");
    private StreamsSettings settings = new() { BootstrapServers = "none", RawTopics = ["raw"], FinalPartitions = 4, ReplicationFactor = 3 };

    public void Dispose() => stop.Dispose();

    [Fact]
    public void What_is_missing_is_created_with_its_partitions_copies_and_settings()
    {
        settings = settings with { KeepsImages = true, ImagePartitions = 5, MaxRawRecordBytes = 1_000_000 };
        var admin = new FakeTopicAdmin();
        Run(admin).ShouldBeTrue();
        admin.Created.Select(topic => $"{topic.Name} {topic.Partitions}x{topic.ReplicationFactor} {topic.Settings["cleanup.policy"]}").ShouldBe(
        [
            "audit.events 4x3 delete", "audit.events.dlq 1x3 delete", "auditstream-tasks 8x3 compact",
            "auditstream-row-images-repartition 5x3 delete", "auditstream-row-images-changelog 5x3 compact",
        ]);
        var final = admin.Created[0].Settings;
        (final["max.message.bytes"], final["message.timestamp.type"]).ShouldBe(("2065536", "CreateTime"));
        log.Lines.Count(line => line.StartsWith("Information: Created the topic ", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public void A_final_topic_that_is_there_keeps_its_partitions()
    {
        var admin = new FakeTopicAdmin().Has("audit.events", 17).Has("audit.events.dlq", 2).Has("auditstream-tasks", 8);
        Run(admin).ShouldBeTrue();
        admin.Created.ShouldBeEmpty();
        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void That_row_images_begin_empty_is_said_when_their_changelog_is_made_and_not_again()
    {
        settings = settings with { KeepsImages = true };
        var admin = new FakeTopicAdmin();
        Run(admin).ShouldBeTrue();
        log.Lines.Count(IsBeginning).ShouldBe(1);
        log.Lines.Single(IsBeginning).ShouldContain("old values are known from their next change but one");
        Run(admin).ShouldBeTrue();
        log.Lines.Count(IsBeginning).ShouldBe(1);

        static bool IsBeginning(string line) => line.StartsWith("Information: Row images begin empty", StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_topic_of_another_application_that_the_pattern_matches_is_named_and_left_out()
    {
        settings = settings with { RawTopics = [], RawPattern = ".*" };
        var admin = new FakeTopicAdmin().Has("billing-store-changelog", 3).Has("shop.orders", 3).Has("__consumer_offsets", 50);
        Run(admin).ShouldBeTrue();
        log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith("Warning: The topic billing-store-changelog matches Raw:Pattern and is left out");
    }

    [Fact]
    public void An_internal_topic_that_is_named_is_not_left_out()
    {
        settings = settings with { RawTopics = ["billing-store-changelog"], RawPattern = ".*" };
        Run(new FakeTopicAdmin().Has("billing-store-changelog", 3)).ShouldBeTrue();
        log.Lines.ShouldNotContain(line => line.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_topics_may_not_be_created_the_missing_one_is_named_until_it_is_there()
    {
        settings = settings with { CreateTopics = false };
        var admin = new FakeTopicAdmin().Has("audit.events.dlq", 1).Has("auditstream-tasks", 8);
        Run(admin, onPause: pauses =>
        {
            status.Report().WaitingFor.ShouldBe("the topic audit.events");
            if (pauses == 5)
                admin.Has("audit.events", 1);
        }).ShouldBeTrue();
        admin.Created.ShouldBeEmpty();
        log.Lines.ShouldContain("Warning: Waiting for the topic audit.events: it does not exist, and creating topics is switched off.");
        log.Lines.ShouldContain("Information: No longer waiting for the topic audit.events.");
    }

    [Fact]
    public void A_cluster_that_creates_no_topics_is_waited_for()
    {
        var admin = new FakeTopicAdmin { CreatesTopics = false };
        Run(admin, onPause: pauses => admin.Has("audit.events", 1).Has("audit.events.dlq", 1).Has("auditstream-tasks", 8)).ShouldBeTrue();
        log.Lines.ShouldContain(line => line.StartsWith("Warning: Topics cannot be created on this cluster: audit.events", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broker_that_is_not_there_is_waited_for()
    {
        var admin = new FakeTopicAdmin();
        admin.OnTopics.Enqueue(new ClientException(ClientErrorClass.Retriable, "Local_Transport", "Nobody answers."));
        Run(admin).ShouldBeTrue();
        log.Lines.ShouldContain("Warning: Waiting for Kafka: Nobody answers.");
        admin.Created.Count.ShouldBe(3);
    }

    [Fact]
    public void A_right_that_is_missing_ends_the_run()
    {
        var admin = new FakeTopicAdmin();
        admin.OnCreate.Enqueue(new ClientException(ClientErrorClass.Fatal, "TopicAuthorizationFailed", "Creating failed: grant Create."));
        Should.Throw<StreamsException>(() => Run(admin)).Message.ShouldBe("Preparing topics failed: Creating failed: grant Create.");
    }

    [Theory]
    [InlineData("auditstream-row-images-repartition", "Images:Partitions is 6", "set Images:Partitions back to 7")]
    [InlineData("auditstream-row-images-changelog", "Images:Partitions is 6", "set Images:Partitions back to 7")]
    [InlineData("auditstream-tasks", "must have 8", "delete auditstream-tasks")]
    public void A_topic_whose_number_of_partitions_decides_what_is_where_is_refused_with_another_one(string topic, string why, string advice)
    {
        settings = settings with { KeepsImages = true };
        var message = Should.Throw<StreamsException>(() => Run(new FakeTopicAdmin().Has(topic, 7))).Message;
        message.ShouldStartWith($"The topic {topic} has 7 partitions");
        message.ShouldContain(why);
        message.ShouldContain(advice);
    }

    [Fact]
    public void What_is_kept_for_ever_may_not_be_deleted_by_age()
    {
        settings = settings with { KeepsImages = true };
        Should.Throw<StreamsException>(() => Run(new FakeTopicAdmin().Has("auditstream-row-images-changelog", 6, ("cleanup.policy", "compact,delete"))))
            .Message.ShouldContain("row images that are deleted by age are lost: set it to compact");
    }

    [Theory]
    [InlineData("cleanup.policy", "compact", "compaction removes events")]
    [InlineData("max.message.bytes", "1000", "set it to 2162712")]
    [InlineData("message.timestamp.type", "LogAppendTime", "set it to CreateTime")]
    public void A_final_topic_that_loses_or_refuses_events_is_said_with_what_to_do(string setting, string value, string advice)
    {
        Run(new FakeTopicAdmin().Has("audit.events", 1, (setting, value))).ShouldBeTrue();
        log.Lines.ShouldContain(line => line.StartsWith($"Warning: The topic audit.events has {setting}={value}: ", StringComparison.Ordinal)
            && line.Contains(advice, StringComparison.Ordinal));
    }

    private bool Run(FakeTopicAdmin admin, Action<int>? onPause = null)
    {
        var broker = new FakeBroker { Topics = admin };
        var pauses = 0;
        using var clock = new LoopClock(TimeProvider.System, drainSeconds: 1, stop.Token, (_, _) =>
        {
            if (++pauses > MaxPauses)
                throw new TimeoutException($"It waits without end. {log}");
            onPause?.Invoke(pauses);
        });
        return new TopicPreparer(settings, OwnTopics.Of(settings), broker, log).Run(clock, new WaitNotice(status, log, TimeProvider.System));
    }
}
