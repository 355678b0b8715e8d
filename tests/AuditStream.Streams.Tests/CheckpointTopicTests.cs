using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Tests;

public sealed class CheckpointTopicTests
{
    private const string Topic = "audit.checkpoints";

    private static readonly StreamsSettings settings = new() { BootstrapServers = "unused:9092", RawTopics = ["raw"], ProcessId = "p1" };

    private readonly CollectedLog log = new();
    private readonly FakeTopicAdmin topics = new();

    [Fact]
    public async Task The_topic_is_made_to_keep_everything_and_each_checkpoint_is_a_record_of_its_number()
    {
        var broker = new FakeBroker { Topics = topics };
        var checkpoints = Checkpoints(broker, settings);
        await checkpoints.SendAsync(41, "one\n", CancellationToken.None);
        await checkpoints.SendAsync(42, "two\n", CancellationToken.None);
        var made = topics.Created.ShouldHaveSingleItem();
        (made.Name, made.Partitions).ShouldBe((Topic, 1));
        made.Settings.ShouldBe(new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1", ["retention.bytes"] = "-1" }, ignoreOrder: true);
        broker.Committed.Select(record => (record.Topic, record.Key, record.Value)).ShouldBe([(Topic, "41", "one\n"), (Topic, "42", "two\n")]);
        broker.Producers.ShouldAllBe(producer => producer.IsDisposed && producer.TransactionalId == null);
    }

    [Fact]
    public async Task One_that_is_not_known_to_be_stored_is_an_error()
    {
        var broker = new FakeBroker { Topics = topics };
        broker.ProducerScripts.Enqueue(
            producer => producer.OnFlush.Enqueue(new ClientException(ClientErrorClass.Retriable, "x", "Delivering a record failed.")));
        var checkpoints = Checkpoints(broker, settings);
        (await Should.ThrowAsync<ClientException>(() => checkpoints.SendAsync(1, "one\n", CancellationToken.None))).Message.ShouldBe("Delivering a record failed.");
        await checkpoints.SendAsync(1, "one\n", CancellationToken.None);
        topics.Created.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_topic_that_cannot_be_made_gets_nothing_until_it_can()
    {
        topics.OnCreate.Enqueue(new ClientException(ClientErrorClass.Retriable, "x", "No controller."));
        var broker = new FakeBroker { Topics = topics };
        var checkpoints = Checkpoints(broker, settings);
        await Should.ThrowAsync<ClientException>(() => checkpoints.SendAsync(1, "one\n", CancellationToken.None));
        broker.Committed.ShouldBeEmpty("the broker would have made a topic that forgets");
        await checkpoints.SendAsync(1, "one\n", CancellationToken.None);
        broker.Committed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_topic_that_may_not_be_made_is_named_with_its_setting()
    {
        var broker = new FakeBroker { Topics = topics };
        var checkpoints = Checkpoints(broker, settings with { CreateTopics = false });
        var error = await Should.ThrowAsync<ClientException>(() => checkpoints.SendAsync(1, "one\n", CancellationToken.None));
        error.Message.ShouldContain("The topic audit.checkpoints (Checkpoint:Topic) does not exist");
        broker.Committed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("delete", "604800000", "Warning: The topic audit.checkpoints has retention.ms=604800000: checkpoints are evidence")]
    [InlineData("delete", "-1", null)]
    [InlineData("compact", "604800000", null)]
    public async Task A_topic_that_forgets_checkpoints_is_told_once(string policy, string retention, string? line)
    {
        topics.Existing[Topic] = new Dictionary<string, string> { ["cleanup.policy"] = policy, ["retention.ms"] = retention, ["retention.bytes"] = "-1" };
        var checkpoints = Checkpoints(new FakeBroker { Topics = topics }, settings);
        await checkpoints.SendAsync(1, "one\n", CancellationToken.None);
        await checkpoints.SendAsync(2, "two\n", CancellationToken.None);
        if (line is null)
            log.Lines.ShouldBeEmpty();
        else
            log.Lines.ShouldHaveSingleItem().ShouldStartWith(line);
    }

    private CheckpointTopic Checkpoints(FakeBroker broker, StreamsSettings used) => new(used, broker, Topic, new Logger<CheckpointTopic>(log));
}
